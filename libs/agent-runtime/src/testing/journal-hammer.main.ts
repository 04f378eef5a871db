/**
 * A program that appends to a journal as fast as it can and says on its output what has been acknowledged to it, so
 * that a test can kill it in the middle of a write: `journal-hammer <home> [how many at once]`.
 */
import { agentHome } from '../home/agent-home';
import { Journal } from '../journal/journal';
import { aRunCommand, anOwner } from './a-command';

async function hammer(root: string, atOnce: number): Promise<void> {
  const journal = await Journal.open(agentHome(root), anOwner);
  for (let seq = journal.commandsReceived.highest + 1; ; seq += atOnce) {
    const commands = Array.from({ length: atOnce }, (_, index) => aRunCommand(seq + index));
    try {
      const { highest } = await journal.recordCommands(commands);
      process.stdout.write(`${highest}\n`);
    } catch (cause) {
      process.stdout.write(`refused ${journal.refusesWork ?? ''} ${String(cause)}\n`);
      return;
    }
  }
}

void hammer(process.argv[2] ?? '', Number(process.argv[3] ?? 1));
