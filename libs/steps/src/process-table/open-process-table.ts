/** Which process table does this operating system have? */
import { LinuxProcessTable } from './linux-process-table';
import type { ProcessTable } from './process-table';
import { PsProcessTable } from './ps-process-table';
import { WindowsProcessTable } from './windows-process-table';

export function openProcessTable(): ProcessTable {
  if (process.platform === 'linux') return new LinuxProcessTable();
  if (process.platform === 'win32') return new WindowsProcessTable();
  return new PsProcessTable();
}
