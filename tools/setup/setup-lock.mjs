// One set-up at a time in a checkout: a second `npm start` or `npm test` waits for the first one's.
// The lock names its holder by pid and, where the system tells it, start time, so that a dead holder's lock is taken over.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { at } from './workspace.mjs';

const lockFile = at('.cache', 'setup.lock');

export async function withSetupLock(work) {
  await takeLock();
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function takeLock() {
  mkdirSync(at('.cache'), { recursive: true });
  let told = false;
  while (!tryLock()) {
    const holder = readOrNothing(lockFile);
    if (holder && !isAlive(holder)) {
      removeStale(holder);
      continue;
    }
    if (!told) console.log(`… another set-up is at work here (pid ${holder.split(' ')[0]}), waiting for it`);
    told = true;
    await pause(500);
  }
}

/** Written aside and linked into place, so nobody reads half a lock. */
function tryLock() {
  const aside = `${lockFile}.${process.pid}`;
  writeFileSync(aside, `${process.pid} ${startTimeOf(process.pid)}`);
  try {
    linkSync(aside, lockFile);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Moved aside before it is looked at, so that of two waiters only one removes it. */
function removeStale(holder) {
  const aside = `${lockFile}.stale-${process.pid}`;
  try {
    renameSync(lockFile, aside);
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, lockFile);
  } catch {
    // Another waiter was faster.
  }
  rmSync(aside, { force: true });
}

function isAlive(holder) {
  const [pid, startTime] = holder.split(' ');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  return startTimeOf(Number(pid)) === (startTime ?? '');
}

function startTimeOf(pid) {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readOrNothing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
