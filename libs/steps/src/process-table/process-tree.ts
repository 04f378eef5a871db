/**
 * Which processes belong to a step? Those of its session or group, those whose line of parents leads to it, and
 * those that were seen to belong before their parent died. (A fourth sign, the nonce in the environment, is read
 * by the caller: it needs the disk.)
 */
import type { ProcessEntry } from './process-table';

/** Processes once seen to belong, by pid, with their start time. */
export type KnownMembers = ReadonlyMap<number, string>;

export function membersOf(rootPid: number, known: KnownMembers, entries: readonly ProcessEntry[]): ProcessEntry[] {
  const living = entries.filter((entry) => !entry.ended);
  const isKnown = (entry: ProcessEntry) => known.get(entry.pid) === entry.startTime;
  const leader = entries.find((entry) => entry.pid === rootPid);
  const pidWasReused = leader !== undefined && !isKnown(leader);
  const inSession = (entry: ProcessEntry) =>
    !pidWasReused && (entry.sessionId === rootPid || entry.groupId === rootPid);
  const members = new Set(living.filter((entry) => isKnown(entry) || inSession(entry)));
  return [...withDescendants(members, living)];
}

export function withDescendants(members: Set<ProcessEntry>, living: readonly ProcessEntry[]): Set<ProcessEntry> {
  const pids = new Set([...members].map((entry) => entry.pid));
  for (let grown = true; grown;) {
    grown = false;
    for (const entry of living) {
      if (members.has(entry) || !pids.has(entry.parentPid)) continue;
      members.add(entry);
      pids.add(entry.pid);
      grown = true;
    }
  }
  return members;
}
