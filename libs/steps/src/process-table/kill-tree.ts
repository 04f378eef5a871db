/**
 * How does a whole step die? TERM to every process of it, a grace, KILL, and again until none remains: on cancel and
 * on timeout nothing of the step survives (docs/protocol.md, Monitor, worker, step host). It ends only when nothing
 * is left; a process that the kernel cannot end (waiting for a dead disk) is normal here to keep it waiting.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessEntry, ProcessIdentity, ProcessTable } from './process-table';
import { membersOf, withDescendants } from './process-tree';

const firstLookMs = 10;
const slowestLookMs = 250;

export interface DoomedTree {
  readonly table: ProcessTable;
  readonly root: ProcessIdentity;
  readonly nonce: string;
  readonly graceMs: number;
}

export async function killTree(tree: DoomedTree): Promise<void> {
  const members = new Map([[tree.root.pid, tree.root.startTime]]);
  const asked = new Set<string>();
  const killAt = performance.now() + tree.graceMs;
  let lookMs = firstLookMs;
  // Twice none: a process that forked while /proc was being read can be missed once.
  for (let emptyLooks = 0; emptyLooks < 2;) {
    // A table that cannot be read for a moment (no file handles left) is looked at again.
    const living = await findMembers(tree, members).catch(() => undefined);
    emptyLooks = living?.length === 0 ? emptyLooks + 1 : 0;
    const signal = performance.now() >= killAt ? 'SIGKILL' : 'SIGTERM';
    for (const entry of living ?? []) signalOnce(tree.table, entry, { signal, asked });
    const graceLeftMs = killAt - performance.now();
    await pause(graceLeftMs > 0 ? Math.min(lookMs, graceLeftMs) : lookMs);
    lookMs = Math.min(lookMs * 2, slowestLookMs);
  }
}

async function findMembers(tree: DoomedTree, members: Map<number, string>): Promise<ProcessEntry[]> {
  const entries = (await tree.table.snapshot()).filter((entry) => !entry.ended);
  const found = new Set(membersOf(tree.root.pid, members, entries));
  const others = entries.filter((entry) => !found.has(entry) && entry.pid !== process.pid);
  const carriers = await Promise.all(others.map((entry) => tree.table.carriesNonce(entry.pid, tree.nonce)));
  others.forEach((entry, index) => carriers[index] && found.add(entry));
  const living = [...withDescendants(found, entries)];
  for (const entry of living) members.set(entry.pid, entry.startTime);
  return living;
}

/** TERM is said once per process, so that its clean-up is not disturbed; KILL is repeated. */
function signalOnce(
  table: ProcessTable,
  entry: ProcessEntry,
  { signal, asked }: { signal: 'SIGTERM' | 'SIGKILL'; asked: Set<string> },
): void {
  const key = `${entry.pid}/${entry.startTime}`;
  if (signal === 'SIGTERM' && asked.has(key)) return;
  asked.add(key);
  table.signal(entry.pid, signal);
}
