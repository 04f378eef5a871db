/**
 * Which process is it really? A pid alone is reused sooner or later, so a process is named by pid, start time and
 * boot id, and what it works on is read from its own command line (docs/architecture.md, Embedded services).
 *
 * Linux only: everything is read from /proc. A file that cannot be read means "not there", which is normal for a
 * process that ended while we looked.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
  readonly bootId: string;
}

/** Undefined when no such process lives; a zombie has ended and only waits for its parent to read how. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTicks = fields[18];
  if (state === 'Z' || state === 'X' || startTicks === undefined) return undefined;
  return { pid, startTicks, bootId: readOrNothing('/proc/sys/kernel/random/boot_id').trim() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid);
  return now?.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

export function argumentsOf(pid: number): readonly string[] {
  return readOrNothing(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);
}

/** True as soon as the process is gone, false when it still lives after `timeoutMs`. */
export async function endsWithin(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(identity)) {
    if (performance.now() > deadline) return false;
    await pause(25);
  }
  return true;
}

/** Resolves when the process is gone, whoever's child it is. The wait alone does not keep our own process alive. */
export async function untilGone(identity: ProcessIdentity): Promise<void> {
  while (isAlive(identity)) await pause(200, undefined, { ref: false });
}

/** Sends a signal unless the process is already gone, which is the wished end and no error. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
