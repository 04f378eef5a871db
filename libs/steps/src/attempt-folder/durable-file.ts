/**
 * How does a small file reach the disk so that a power cut leaves either all of it or nothing?
 * Written beside its name, synced, then given its name, then the folder is synced (docs/protocol.md, Monitor,
 * worker, step host).
 */
import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces `path`. After the promise resolves, the content survives a power cut. */
export async function writeDurably(path: string, content: string, mode = 0o600): Promise<void> {
  const draft = await writeDraft(path, content, mode);
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/**
 * Creates `path` unless it exists; false says that somebody else was first. A hard link gives the name, because
 * `O_EXCL` followed by a write could leave an empty claim that nobody can read the owner from.
 */
export async function createDurably(path: string, content: string): Promise<boolean> {
  const draft = await writeDraft(path, content, 0o600);
  try {
    await link(draft, path);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(dirname(path));
  return true;
}

/** Takes room now for what `writeDurablyInRoom` is to write to `path` later, when the disk may be full. */
export async function takeRoom(path: string, bytes: number): Promise<void> {
  const file = await open(roomOf(path), 'w', 0o600);
  try {
    await file.writeFile(Buffer.alloc(bytes, 0x20));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** As `writeDurably`; content that fits into the room needs no other. */
export async function writeDurablyInRoom(path: string, content: string): Promise<void> {
  try {
    await fillRoom(roomOf(path), content);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    return writeDurably(path, content);
  }
  await rename(roomOf(path), path);
  await syncFolder(dirname(path));
}

async function fillRoom(room: string, content: string): Promise<void> {
  const file = await open(room, 'r+');
  try {
    const { bytesWritten } = await file.write(content, 0);
    await file.truncate(bytesWritten);
    if (bytesWritten < Buffer.byteLength(content)) throw new Error(`${room} took only a part of its content`);
    await file.sync();
  } finally {
    await file.close();
  }
}

const roomOf = (path: string): string => `${path}.room`;

export async function syncFile(path: string): Promise<number> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    if (size > 0) await file.datasync();
    return size;
  } finally {
    await file.close();
  }
}

/** Windows cannot sync a folder; its file systems journal the names themselves. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}

async function writeDraft(path: string, content: string, mode: number): Promise<string> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`;
  const file = await open(draft, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}
