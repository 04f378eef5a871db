/** One process at a time works in a data folder, unless several share it on purpose (docs/operations.md, Data folder). */
import { join } from 'node:path';
import { claimFolder, type FolderClaim, FolderInUseError } from '@longshore/embedded';
import { DataFolderInUseError } from './server-errors';

export async function claimDataFolder(dataFolder: string): Promise<FolderClaim> {
  try {
    return await claimFolder(join(dataFolder, 'identity'));
  } catch (cause) {
    throw cause instanceof FolderInUseError ? new DataFolderInUseError(dataFolder, { cause }) : cause;
  }
}
