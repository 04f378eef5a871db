/**
 * The log file of a private service: opened for appending, set aside when it has grown large, and read from its end
 * to explain a failed start.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const largestBytes = 20 * 1024 * 1024;
const tailBytes = 64 * 1024;

export interface OpenLog {
  readonly descriptor: number;
  /** Where this start's lines begin. */
  readonly offset: number;
}

export function openLog(path: string): OpenLog {
  if (existsSync(path) && statSync(path).size > largestBytes) renameSync(path, `${path}.1`);
  const descriptor = openSync(path, 'a', 0o600);
  return { descriptor, offset: fstatSync(descriptor).size };
}

/** What was written from `offset` on, at most the last 64 KiB of it; empty when there is no such file. */
export function readLog(path: string, offset = 0): string {
  if (!existsSync(path)) return '';
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const from = Math.max(Math.min(offset, size), size - tailBytes);
    const bytes = Buffer.alloc(size - from);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, from));
  } finally {
    closeSync(descriptor);
  }
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
