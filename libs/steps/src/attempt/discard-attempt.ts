/** Forgets an attempt: only after the server has its log and its last word, because here is where both came from. */
import { rm } from 'node:fs/promises';

export async function discardAttempt(folderPath: string): Promise<void> {
  await rm(folderPath, { recursive: true, force: true });
}
