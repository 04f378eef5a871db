/**
 * How is the process of a step made? In a session of its own, output straight into two files, nothing on standard
 * input, and an environment that holds only what the order says (docs/protocol.md, Monitor, worker, step host).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { AttemptFolder } from '../attempt-folder/attempt-folder';
import type { StepProgram } from './host-message';

/** By this variable the descendants of a step are known, whatever they did to their session and parents. */
const nonceVariable = 'LONGSHORE_ATTEMPT_NONCE';

export function spawnStep(program: StepProgram, folder: AttemptFolder, nonce: string): ChildProcess {
  // Appending, so that a background child that writes later cannot overwrite what another wrote.
  const stdout = openSync(folder.stdout, 'ax', 0o600);
  const stderr = openSync(folder.stderr, 'ax', 0o600);
  try {
    return spawn(program.command, program.args, {
      cwd: program.workingDirectory,
      env: { ...program.environment, [nonceVariable]: nonce },
      stdio: ['ignore', stdout, stderr],
      detached: true,
      windowsHide: true,
    });
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}
