/**
 * Who is the one monitor of this home? The file names its pid and start time, so a lock that a killed monitor left
 * behind is recognised and taken over, and a reused pid is not mistaken for it. Two that start together meet at the
 * hard link, which only one of them can make. The holder puts back a lock that somebody removed, `var/run` included:
 * without it the agent could be neither seen nor stopped, and a second one could start.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LongshoreError } from '@longshore/protocol';
import { isErrno } from './errno';
import { type ProcessStamp, isStillRunning, stampOf } from './process-stamp';

const lookAfterEveryMs = 1_000;

export class MonitorRunningError extends LongshoreError {
  constructor(
    readonly home: string,
    readonly pid: number,
  ) {
    super('MONITOR_RUNNING', 'stop', `the agent in ${home} is already running: its monitor has pid ${pid}`);
  }
}

/** Returns what gives the lock back. */
export function takeMonitorLock(path: string, home: string): () => void {
  const own = stampOf(process.pid);
  if (own === null) throw new LongshoreError('PROCESS_UNSEEN', 'stop', 'this process cannot find itself');
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    while (!tryLink(draft, path)) {
      const holder = readMonitorLock(path);
      if (holder !== null && isStillRunning(holder)) throw new MonitorRunningError(home, holder.pid);
      buryStaleLock(path, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const lookingAfter = setInterval(() => putBack(path, own), lookAfterEveryMs).unref();
  return () => {
    clearInterval(lookingAfter);
    if (readMonitorLock(path)?.startedAt === own.startedAt) rmSync(path, { force: true });
  };
}

/** A home that is gone as a whole was removed on purpose, and a full disk is tried again. */
function putBack(path: string, own: ProcessStamp): void {
  if (existsSync(path)) return;
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { mode: 0o700 });
    writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
    tryLink(draft, path);
  } catch {
    // The next look is soon.
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The monitor that runs in this home now, or null. */
export function findMonitor(path: string): ProcessStamp | null {
  const holder = readMonitorLock(path);
  return holder !== null && isStillRunning(holder) ? holder : null;
}

/** Between our look and this moment another monitor may have taken the lock: then it gets it back. */
function buryStaleLock(path: string, grave: string): void {
  try {
    renameSync(path, grave);
  } catch {
    return;
  }
  const buried = readMonitorLock(grave);
  if (buried !== null && isStillRunning(buried)) tryLink(grave, path);
  rmSync(grave, { force: true });
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (cause) {
    if (isErrno(cause, 'EEXIST')) return false;
    throw cause;
  }
}

function readMonitorLock(path: string): ProcessStamp | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessStamp;
  } catch {
    return null;
  }
}
