/**
 * Reads the command stream: one message per line, blank lines only to show that the line is alive.
 *
 * A line that is no command we know is refused visibly and passed over; one that is too long ends the stream.
 */
import { type CommandMessage, limits, LongshoreError, parseMessageText } from '@longshore/protocol';
import { readLines } from './read-lines';

export type CommandsRefused = (refused: { readonly code: string; readonly message: string }) => void;

export interface CommandsReader {
  readonly onMessage: (message: CommandMessage) => Promise<void>;
  readonly onRefused: CommandsRefused;
  readonly onLine: () => void;
}

export async function readCommands(
  body: AsyncIterable<Uint8Array>,
  { onMessage, onRefused, onLine }: CommandsReader,
  signal: AbortSignal,
): Promise<void> {
  const lines = readLines(body, limits.messageBytes);
  for (;;) {
    let line: IteratorResult<string>;
    try {
      line = await lines.next();
    } catch (cause) {
      if (signal.aborted) return;
      if (cause instanceof LongshoreError) onRefused(cause);
      throw cause;
    }
    if (line.done === true || signal.aborted) return;
    onLine();
    if (line.value === '') continue;
    const message = parseCommand(line.value, onRefused);
    if (message !== null) await onMessage(message);
  }
}

function parseCommand(line: string, onRefused: CommandsRefused): CommandMessage | null {
  try {
    const message = parseMessageText(line, 'server-to-agent');
    if (message.seq !== undefined) return message;
    onRefused({ code: 'COMMAND_EXPECTED', message: `${message.type} is no command` });
  } catch (cause) {
    if (!(cause instanceof LongshoreError)) throw cause;
    onRefused(cause);
  }
  return null;
}
