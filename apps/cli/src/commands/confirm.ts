/** Is this really meant? What cannot be undone is asked of somebody at a terminal; a script has to say it before. */
import { UsageInvalidError } from '../cli-errors';
import type { CommandContext } from '../command-context';

export const yesFlag = ['--yes', 'without being asked'] as const;

/** `consequence` is a sentence on what will be so afterwards. Returns only where it is confirmed. */
export async function confirm({ terminal }: CommandContext, isSaid: boolean, consequence: string): Promise<void> {
  if (isSaid) return;
  if (!terminal.isInteractive) throw new UsageInvalidError('--yes', `is missing. ${consequence}`);
  const said = await terminal.ask(`${consequence} Type yes to go on:`);
  if (said.trim().toLowerCase() !== 'yes') throw new UsageInvalidError('--yes', 'not confirmed, nothing was done');
}
