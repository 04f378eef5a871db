/** The process table as Linux shows it in /proc. The only one that this project's tests prove. */
import { readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { ProcessTable, type ProcessEntry } from './process-table';

export class LinuxProcessTable extends ProcessTable {
  private readonly boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

  override bootId(): string {
    return this.boot;
  }

  override find(pid: number): ProcessEntry | undefined {
    try {
      return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return undefined;
    }
  }

  override async snapshot(): Promise<readonly ProcessEntry[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const entries = await Promise.all(pids.map(readEntry));
    return entries.filter((entry) => entry !== undefined);
  }

  override async carriesNonce(pid: number, nonce: string): Promise<boolean> {
    try {
      return (await readFile(`/proc/${pid}/environ`)).includes(nonce);
    } catch {
      return false;
    }
  }
}

async function readEntry(pid: number): Promise<ProcessEntry | undefined> {
  try {
    return parseStat(pid, await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** proc(5): the second field is the program's name in brackets and may itself hold blanks and brackets. */
export function parseStat(pid: number, stat: string): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => fields[number - 3] ?? '';
  return {
    pid,
    parentPid: Number(field(4)),
    groupId: Number(field(5)),
    sessionId: Number(field(6)),
    startTime: field(22),
    ended: field(3) === 'Z' || field(3) === 'X',
  };
}
