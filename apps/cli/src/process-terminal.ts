/** The terminal of this process. Colour only where a person reads, and never against NO_COLOR (no-color.org). */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import type { Terminal } from './terminal';

export function openProcessTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    out: (piece) => write(stdout, piece),
    err: (piece) => write(stderr, piece),
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    hasColour: stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    environment: env,
    ask: (question) => ask(question, false),
    askSecret: (question) => ask(question, true),
    readInput: () => text(stdin),
  };
}

async function write(stream: NodeJS.WriteStream, piece: string | Uint8Array): Promise<void> {
  if (!stream.write(piece)) await once(stream, 'drain');
}

/**
 * Questions go to standard error: standard output belongs to the answer. The line reader stands before the question is
 * shown, for only it keeps the terminal from echoing what is typed; it also has to write the question itself where it
 * echoes, since it draws the whole line anew.
 */
async function ask(question: string, isSecret: boolean): Promise<string> {
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: isSecret ? nowhere : process.stderr, terminal: true });
  lines.once('SIGINT', () => process.exit(130));
  try {
    if (isSecret) process.stderr.write(`${question} `);
    return await lines.question(isSecret ? '' : `${question} `);
  } finally {
    lines.close();
    if (isSecret) process.stderr.write('\n');
  }
}
