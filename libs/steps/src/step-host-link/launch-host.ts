/** Starts a step host that outlives its starter: own session, no pipes, an environment of its own. */
import { spawn } from 'node:child_process';
import { inheritedEnvironment } from '../plug-in/step-environment';
import { stepHostEnvironment } from '../step-host/step-host-environment';

export interface HostPlace {
  readonly runFolder: string;
  readonly attemptsFolder: string;
  /** The file that calls `runStepHost`. */
  readonly hostEntry: string;
  readonly idleExitMs: number;
}

/**
 * Keeps V8's helper threads and its young generation small, and its optimising compilers out of memory: a host waits,
 * it does not compute. Without them it starts as many steps in a second, in nine megabytes less.
 */
const frugalFlags = ['--v8-pool-size=1', '--max-semi-space-size=1', '--no-turbofan', '--no-maglev'];

export function launchHost(place: HostPlace): void {
  const child = spawn(process.execPath, [...frugalFlags, place.hostEntry], {
    cwd: place.runFolder,
    env: { ...inheritedEnvironment(process.env), ...stepHostEnvironment(place) },
    stdio: 'ignore',
    detached: true,
    windowsHide: true,
  });
  // That nobody answers is noticed by whoever waits for the host.
  child.on('error', () => undefined);
  child.unref();
}
