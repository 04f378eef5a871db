/**
 * The process table of macOS and the BSDs, through `ps`. Not proved by this project's tests. It knows no
 * environments, so a child that left both its group and its parent is not found there.
 */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { ProcessTable, type ProcessEntry } from './process-table';

const columns = 'pid=,ppid=,pgid=,stat=,lstart=';

export class PsProcessTable extends ProcessTable {
  /** `lstart` is a date, not a count since boot: it tells boots apart by itself. */
  override bootId(): string {
    return 'start times are dates';
  }

  override find(pid: number): ProcessEntry | undefined {
    try {
      return parsePs(execFileSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8' }))[0];
    } catch {
      return undefined;
    }
  }

  override async snapshot(): Promise<readonly ProcessEntry[]> {
    const { stdout } = await promisify(execFile)('ps', ['-axo', columns], { maxBuffer: 16 * 1024 * 1024 });
    return parsePs(stdout);
  }

  override async carriesNonce(): Promise<boolean> {
    return false;
  }
}

export function parsePs(listing: string): ProcessEntry[] {
  return listing.split('\n').flatMap((line) => {
    const [, pid, parentPid, groupId, stat, startTime] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*\S)/.exec(line) ?? [];
    if (pid === undefined || startTime === undefined) return [];
    return [
      {
        pid: Number(pid),
        parentPid: Number(parentPid),
        groupId: Number(groupId),
        sessionId: Number(groupId),
        startTime,
        ended: stat?.startsWith('Z') ?? false,
      },
    ];
  });
}
