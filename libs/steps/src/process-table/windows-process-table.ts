/**
 * The process table of Windows, through PowerShell's CIM, and `taskkill /T` for whole trees. Not proved by this
 * project's tests. There are no groups and sessions of our making: the tree is what parent links tell.
 */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { ProcessTable, type ProcessEntry } from './process-table';

export class WindowsProcessTable extends ProcessTable {
  /** Creation dates tell boots apart by themselves. */
  override bootId(): string {
    return 'start times are dates';
  }

  override find(pid: number): ProcessEntry | undefined {
    try {
      return parseCim(execFileSync('powershell', query(`-Filter "ProcessId=${pid}"`), { encoding: 'utf8' }))[0];
    } catch {
      return undefined;
    }
  }

  override async snapshot(): Promise<readonly ProcessEntry[]> {
    const { stdout } = await promisify(execFile)('powershell', query(''), { maxBuffer: 16 * 1024 * 1024 });
    return parseCim(stdout);
  }

  override async carriesNonce(): Promise<boolean> {
    return false;
  }

  override signal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
    const force = signal === 'SIGKILL' ? ['/F'] : [];
    execFile('taskkill', ['/T', ...force, '/PID', String(pid)], () => undefined);
  }
}

function query(filter: string): string[] {
  const select = `Get-CimInstance Win32_Process ${filter} | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.CreationDate.Ticks)" }`;
  return ['-NoProfile', '-NonInteractive', '-Command', select];
}

export function parseCim(listing: string): ProcessEntry[] {
  return listing.split(/\r?\n/).flatMap((line) => {
    const [, pid, parentPid, startTime] = /^(\d+) (\d+) (\d*)$/.exec(line.trim()) ?? [];
    if (pid === undefined || startTime === undefined) return [];
    const own = Number(pid);
    return [{ pid: own, parentPid: Number(parentPid), groupId: own, sessionId: own, startTime, ended: false }];
  });
}
