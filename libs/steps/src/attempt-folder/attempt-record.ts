/**
 * What do the records in an attempt's folder say? Each is written once by one owner and never changed
 * (docs/protocol.md, Monitor, worker, step host), so that a reader needs no lock.
 */
import { readFile } from 'node:fs/promises';
import type { ProcessIdentity } from '../process-table/process-table';
import { createDurably, isErrno, takeRoom, writeDurably, writeDurablyInRoom } from './durable-file';

/** Who alone may start this attempt. `fence`: a worker took it so that nobody ever will. */
export interface ClaimRecord {
  readonly purpose: 'start' | 'fence';
  readonly claimant: ProcessIdentity;
  /** Stands in the environment of every process of the step, by which its descendants are found. */
  readonly nonce: string;
}

export interface StartedRecord {
  readonly process: ProcessIdentity;
  readonly nonce: string;
  /** For people. */
  readonly startedAt: string;
  /** The machine's monotonic clock, comparable between processes of one boot. */
  readonly startedMonotonicMs: number;
}

/** `agent-stopped`: somebody stopped the agent together with its steps. */
export type KillReason = 'cancelled' | 'timed-out' | 'agent-stopped';

/** Written before the first signal, so that a restarted worker still knows why the step died. */
export interface KillRecord {
  readonly reason: KillReason;
  readonly at: string;
}

export interface ExitRecord {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Bytes of output when the process ended; what background children add later does not count. */
  readonly lengths: { readonly stdout: number; readonly stderr: number };
  readonly endedAt: string;
  /** From spawn to exit, monotonic. */
  readonly wallMs: number;
  /** Not null: the program never ran, and this says why. */
  readonly spawnError: string | null;
}

export type AttemptRecord = ClaimRecord | StartedRecord | KillRecord | ExitRecord;

export async function writeRecord(path: string, record: AttemptRecord): Promise<void> {
  await writeDurably(path, JSON.stringify(record));
}

/** An exit record is a few hundred bytes; the reason of a failed spawn may be longer. */
const exitRoomBytes = 4096;

/** Before anything is started, so that its exit can be told on a disk that has become full. */
export async function takeRoomForExit(path: string): Promise<void> {
  await takeRoom(path, exitRoomBytes);
}

export async function writeExit(path: string, record: ExitRecord): Promise<void> {
  await writeDurablyInRoom(path, JSON.stringify(record));
}

/** False: the record was there already, written by somebody else. */
export async function createRecord(path: string, record: AttemptRecord): Promise<boolean> {
  return await createDurably(path, JSON.stringify(record));
}

export const readClaim = (path: string) => readRecord<ClaimRecord>(path);
export const readStarted = (path: string) => readRecord<StartedRecord>(path);
export const readKill = (path: string) => readRecord<KillRecord>(path);
export const readExit = (path: string) => readRecord<ExitRecord>(path);

/** The files are ours, 0600 in a 0700 folder and never half written: reading them back needs no schema. */
async function readRecord<Kept extends AttemptRecord>(path: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
