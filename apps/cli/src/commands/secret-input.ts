/**
 * Where does a secret come from? From a file, from standard input, or from somebody who types it unseen; never from
 * an argument, which everybody on the machine can read (docs/security.md, Keys).
 */
import { readFileSync } from 'node:fs';
import { UsageInvalidError } from '../cli-errors';
import type { Terminal } from '../terminal';

/** As the server has it, so that nothing is done before it is refused there. */
const shortestPassphrase = 12;

export interface PassphraseWish {
  /** Null: somebody is asked. */
  readonly file: string | null;
  /** A new one is typed twice: nobody could open what a slip of the hand has closed. */
  readonly isNew: boolean;
}

const field = '--passphrase-file';

export async function readPassphrase(terminal: Terminal, { file, isNew }: PassphraseWish): Promise<string> {
  const passphrase = await askedOrRead(terminal, { file, isNew });
  if (passphrase.length >= shortestPassphrase) return passphrase;
  throw new UsageInvalidError(field, `the passphrase must have at least ${shortestPassphrase} characters`);
}

async function askedOrRead(terminal: Terminal, { file, isNew }: PassphraseWish): Promise<string> {
  if (file === '-') return withoutLineEnd(await terminal.readInput());
  if (file !== null) return readSecretFile(field, file);
  if (!terminal.isInteractive) throw new UsageInvalidError(field, 'is missing (a file, or - for standard input)');
  const typed = await terminal.askSecret('Passphrase:');
  if (isNew && (await terminal.askSecret('The same again:')) !== typed)
    throw new UsageInvalidError(field, 'the two passphrases differ');
  return typed;
}

/** `name` is the flag at fault. */
export function readSecretFile(name: string, file: string): string {
  try {
    return withoutLineEnd(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UsageInvalidError(name, `${file} cannot be read`, { cause });
  }
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
