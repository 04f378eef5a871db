/**
 * Where does which fact about one attempt stand? `var/attempts/<attemptId>/` is the truth of what happened to the
 * step on this machine, whoever of host, worker and monitor is alive (docs/protocol.md, Monitor, worker, step host).
 *
 * Written in this order: `order.json` (worker), `claim.json`, `started.json`, `kill.json`, `exit.json` (step host).
 * A later file implies the earlier ones. The folder is 0700, every file in it 0600, the script 0700.
 */
import { join } from 'node:path';

export interface AttemptFolder {
  readonly path: string;
  readonly order: string;
  readonly claim: string;
  readonly started: string;
  readonly kill: string;
  readonly exit: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly script: string;
  readonly inputs: string;
  readonly outputs: string;
  /** The step's own token, while the step runs. */
  readonly token: string;
  /** The step's working directory unless the order names one. */
  readonly work: string;
}

export function attemptFolder(path: string): AttemptFolder {
  return {
    path,
    order: join(path, 'order.json'),
    claim: join(path, 'claim.json'),
    started: join(path, 'started.json'),
    kill: join(path, 'kill.json'),
    exit: join(path, 'exit.json'),
    stdout: join(path, 'stdout'),
    stderr: join(path, 'stderr'),
    script: join(path, 'script'),
    inputs: join(path, 'inputs.json'),
    outputs: join(path, 'outputs'),
    token: join(path, 'token'),
    work: join(path, 'work'),
  };
}
