/**
 * What did a predecessor that was killed leave running? Whoever starts a process that outlives it writes down which one
 * it is; its successor reads that and ends the process, known by pid, start time and boot id, so that a reused pid is
 * never hit (docs/operations.md, Embedded services).
 */
import { readFileSync, rmSync } from 'node:fs';
import { writePrivateFile } from './private-file';
import { endsWithin, identifyProcess, isAlive, type ProcessIdentity, signal } from './process-identity';

const killedTimeoutMs = 5_000;

export function rememberProcess(file: string, pid: number): void {
  const identity = identifyProcess(pid);
  if (identity !== undefined) writePrivateFile(file, JSON.stringify(identity));
}

/** TERM, and KILL after `patienceMs`. Answers with the pid of a process that had to be ended, else null. */
export async function endRememberedProcess(file: string, patienceMs: number): Promise<number | null> {
  const identity = readIdentity(file);
  const lives = identity !== null && isAlive(identity);
  if (lives) {
    signal(identity, 'SIGTERM');
    if (!(await endsWithin(identity, patienceMs))) {
      signal(identity, 'SIGKILL');
      await endsWithin(identity, killedTimeoutMs);
    }
  }
  rmSync(file, { force: true });
  return lives ? identity.pid : null;
}

/** Null also for a file that is damaged: it names nobody. */
function readIdentity(file: string): ProcessIdentity | null {
  try {
    const { pid, startTicks, bootId } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>;
    return pid && startTicks && bootId ? { pid, startTicks, bootId } : null;
  } catch {
    return null;
  }
}
