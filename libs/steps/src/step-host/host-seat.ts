/**
 * Which step host is the living one of this run folder, and where does it listen? Seats are numbered files
 * `step-host.<n>.json`, created exclusively; the highest number counts. A host that finds the highest seat taken by
 * a living process steps back, so two that start together leave one. Nothing is ever replaced, hence no race
 * between looking and writing.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createDurably, isErrno } from '../attempt-folder/durable-file';
import type { ProcessIdentity, ProcessTable } from '../process-table/process-table';

export interface HostSeat {
  readonly number: number;
  readonly host: ProcessIdentity;
  readonly socket: string;
}

/** sockaddr_un holds 108 bytes with the closing zero; macOS has 104. */
const longestSocketPathBytes = 103;

/** The newest seat, whether or not its host still lives. */
export async function findSeat(runFolder: string): Promise<HostSeat | undefined> {
  for (const number of (await seatNumbers(runFolder)).reverse()) {
    try {
      return JSON.parse(await readFile(seatPath(runFolder, number), 'utf8')) as HostSeat;
    } catch (error) {
      // Given up between the listing and the reading.
      if (!isErrno(error, 'ENOENT')) throw error;
    }
  }
  return undefined;
}

/** Undefined: a living host has the seat. */
export async function takeSeat(runFolder: string, socket: string, table: ProcessTable): Promise<HostSeat | undefined> {
  for (;;) {
    const last = await findSeat(runFolder);
    if (last !== undefined && table.isAlive(last.host)) return undefined;
    const seat: HostSeat = { number: (last?.number ?? 0) + 1, host: table.identify(process.pid), socket };
    if (!(await createDurably(seatPath(runFolder, seat.number), JSON.stringify(seat)))) continue;
    const highest = (await seatNumbers(runFolder)).at(-1);
    if (highest === seat.number) {
      if (last !== undefined) await leaveSeat(runFolder, last);
      return seat;
    }
    await leaveSeat(runFolder, seat);
  }
}

export async function leaveSeat(runFolder: string, seat: HostSeat): Promise<void> {
  await rm(seatPath(runFolder, seat.number), { force: true });
  if (process.platform === 'win32') return;
  await rm(seat.socket, { force: true });
  if (dirname(seat.socket) !== runFolder) await rm(dirname(seat.socket), { recursive: true, force: true });
}

/** In the run folder, or, where that path is too long for a socket, in a 0700 folder of its own. */
export async function chooseSocketPath(runFolder: string): Promise<string> {
  const name = `step-host-${randomBytes(3).toString('hex')}.sock`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\longshore-${randomBytes(16).toString('hex')}`;
  const near = join(runFolder, name);
  if (Buffer.byteLength(near) <= longestSocketPathBytes) return near;
  const folder = await mkdtemp(join(tmpdir(), 'longshore-'));
  await chmod(folder, 0o700);
  return join(folder, name);
}

/** The secret that a worker proves to a host. One per run folder, made by whoever needs it first. */
export async function obtainNonce(runFolder: string): Promise<string> {
  const path = join(runFolder, 'step-host.nonce');
  await mkdir(runFolder, { recursive: true, mode: 0o700 });
  await createDurably(path, randomBytes(32).toString('hex'));
  return await readFile(path, 'utf8');
}

function seatPath(runFolder: string, number: number): string {
  return join(runFolder, `step-host.${number}.json`);
}

async function seatNumbers(runFolder: string): Promise<number[]> {
  const numbers = (await readdir(runFolder)).map((name) => /^step-host\.(\d+)\.json$/.exec(name)?.[1]);
  return numbers
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((left, right) => left - right);
}
