/**
 * Which process is this, for ever? A pid alone is reused; a pid with its start time names one process of one boot.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessStamp {
  readonly pid: number;
  /** As the system words it; compared only for equality. */
  readonly startedAt: string;
}

export function stampOf(pid: number): ProcessStamp | null {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return startedAt === null ? null : { pid, startedAt };
}

export function isStillRunning(stamp: ProcessStamp): boolean {
  return stampOf(stamp.pid)?.startedAt === stamp.startedAt;
}

/** proc(5): field 22, counted behind the program's name, which may itself hold blanks; Z and X have ended. */
function startOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${bootId()}/${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

export function bootId(): string {
  if (process.platform !== 'linux') return 'unknown';
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function startElsewhere(pid: number): string | null {
  const [program, args]: [string, string[]] =
    process.platform === 'win32'
      ? ['powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.Ticks`]]
      : ['ps', ['-o', 'lstart=', '-p', String(pid)]];
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null;
  } catch {
    return null;
  }
}
