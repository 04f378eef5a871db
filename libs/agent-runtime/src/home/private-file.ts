/**
 * How does the agent write a file that must never be seen half made, nor by another user?
 *
 * Written beside its name with mode 0600, synced, then given its name, then the folder is synced; folders are 0700
 * (docs/architecture.md, Agent home). After a power cut the reader finds the old content or the new one.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export function writePrivateFile(path: string, content: string): void {
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw cause;
  }
  syncFolder(dirname(path));
}

/** For what may be lost in a power cut, such as a status file: atomic for its readers, not synced. */
export function replacePrivateFile(path: string, content: string): void {
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, content);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** A folder that exists already is narrowed to 0700. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') chmodSync(path, 0o700);
}

/** Windows cannot sync a folder; its file systems journal the names themselves. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
