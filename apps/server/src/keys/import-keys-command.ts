/**
 * `import-keys --file F [--passphrase-file P]`: reads the server's settings as a start does, the passphrase from a file
 * or from standard input, and never from the arguments, which every user of the machine can see.
 */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { readServerSettings } from '../config/server-settings';
import { systemCodeOf } from '../config/system-code';
import { claimDataFolder } from '../data-folder-claim';
import { importKeys, KeyImportRefusedError } from './import-keys';

const usage = 'usage: import-keys --file KEY_DOCUMENT [--passphrase-file FILE], or the passphrase on standard input';

export async function importKeysCommand(args: readonly string[]): Promise<void> {
  const { file, passphraseFile } = readOptions(args);
  const { dataFolder } = readServerSettings(process.env);
  const passphrase = await readPassphrase(passphraseFile);
  const claim = await claimDataFolder(dataFolder);
  try {
    process.stdout.write(`${await importKeys({ dataFolder, file, passphrase })}\n`);
  } finally {
    claim.release();
  }
}

const options = { file: { type: 'string' }, 'passphrase-file': { type: 'string' } } as const;

function readOptions(args: readonly string[]): { readonly file: string; readonly passphraseFile: string | undefined } {
  try {
    const { file, 'passphrase-file': passphraseFile } = parseArgs({ args: [...args], options }).values;
    if (file !== undefined) return { file, passphraseFile };
  } catch (cause) {
    throw new KeyImportRefusedError(usage, { cause });
  }
  throw new KeyImportRefusedError(usage);
}

/** The line's end that an editor or `echo` puts there is no part of it. */
async function readPassphrase(file: string | undefined): Promise<string> {
  if (file === undefined && process.stdin.isTTY) throw new KeyImportRefusedError(usage);
  const found = await (file === undefined ? text(process.stdin) : readFile(file, 'utf8')).catch((cause: unknown) => {
    throw new KeyImportRefusedError(`${file} cannot be read (${systemCodeOf(cause) ?? 'no reason given'})`, { cause });
  });
  return found.replace(/\r?\n$/, '');
}
