/** Removes the step's own token from its folder: with the end of the step it opens nothing any more. */
import { rm } from 'node:fs/promises';
import { attemptFolder } from '../attempt-folder/attempt-folder';

export async function forgetToken(folderPath: string): Promise<void> {
  await rm(attemptFolder(folderPath).token, { force: true });
}
