/**
 * How far had the journal come, says somebody else than the journal? A small file beside it with the last entry's
 * number and hash, synced after each commit. Two places are written in turn, so a write that is cut off leaves the
 * one before (docs/protocol.md, Monitor, worker, step host).
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { ChainEnd } from './journal-entry';

const placeBytes = 128;

export class ChainWitness {
  private readonly file: number;

  constructor(path: string) {
    this.file = openWitness(path);
  }

  /** Resolves nothing: when it returns, the end is on disk. */
  write(end: ChainEnd): void {
    const place = Buffer.from(encode(end).padEnd(placeBytes));
    writeSync(this.file, place, 0, placeBytes, (end.seq % 2) * placeBytes);
    fdatasyncSync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }
}

/** The newest end that was written whole; null where none ever was. */
export function readWitness(path: string): ChainEnd | null {
  const text = readText(path);
  const ends = [0, 1].map((place) => decode(text.slice(place * placeBytes, (place + 1) * placeBytes)));
  return ends.reduce((newest, end) => (end !== null && end.seq > (newest?.seq ?? -1) ? end : newest), null);
}

function openWitness(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch {
    return openSync(path, 'w+', 0o600);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function encode({ seq, hash }: ChainEnd): string {
  return `${seq} ${hash} ${checkSum(seq, hash)}`;
}

function decode(place: string): ChainEnd | null {
  const [seq = '', hash = '', sum] = place.trim().split(' ');
  return sum !== undefined && sum === checkSum(Number(seq), hash) ? { seq: Number(seq), hash } : null;
}

function checkSum(seq: number, hash: string): string {
  return createHash('sha256').update(`${seq} ${hash}`).digest('hex').slice(0, 16);
}
