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

/** Keeps V8's helper threads and its young generation small: a host waits, it does not compute. */
const frugalFlags = ['--v8-pool-size=1', '--max-semi-space-size=1'];

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
