/**
 * `server keys`, `rotate-key`, `export-keys`, `rotate-data-key`: the server's own keys and the chain that proves how
 * they followed each other (docs/protocol.md, Identity and pins).
 */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { keyDocumentSchema, type KeyDocument, type RotateServerKey, type ServerKeys } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';
import { withClient, type CommandContext } from '../command-context';
import type { Act, Bind } from '../bound-command';
import type { Paint } from '../output/paint';
import { formatFacts, formatTable } from '../output/table';
import { confirm, yesFlag } from './confirm';
import { readOptions } from './options';
import { readPassphrase } from './secret-input';
import { registerExportKeys } from './export-keys';

const rotateSchema = z.object({
  emergency: z.boolean().default(false),
  nextKey: z.string().optional(),
  passphraseFile: z.string().optional(),
  yes: z.boolean().default(false),
});
type RotateOptions = z.infer<typeof rotateSchema>;

export function registerServerKeys(server: Command, bind: Bind): void {
  bind(
    server.command('keys').description('Show the server’s key, its chain and what it has committed to.'),
    () => show,
  );
  const rotate = server
    .command('rotate-key')
    .description('Move the server to its committed next key; agents and logins follow by the signed chain.')
    .option('--emergency', 'the key is stolen: also cut all agents’ connections and revoke all install tokens')
    .option('--next-key <file>', 'the next key, where it was taken offline by "export-keys"')
    .option('--passphrase-file <file>', 'what opens it (- for standard input); otherwise you are asked')
    .option(...yesFlag);
  bind(rotate, (options: unknown) => rotateKey(readOptions(rotateSchema, options)));
  registerExportKeys(server, bind);
  bind(
    server.command('rotate-data-key').description('Encrypt the secrets in the database under a new key.'),
    () => rotateDataKey,
  );
}

const show: Act = async (context) => {
  const keys = await withClient(context, (client) => client.serverKeys());
  return { json: keys, text: keysText(keys, context.paint) };
};

function keysText({ fingerprint, nextCommitment, nextKeyHeld, ...keys }: ServerKeys, paint: Paint): string {
  const facts: (readonly [string, string])[] = [
    ['Key', fingerprint],
    ['Next key', `${nextCommitment}, ${nextKeyHeld ? 'held by the server' : 'kept offline'}`],
    ['Rotations', String(keys.rotations)],
    ['Data key', keys.dataKeyId],
  ];
  const rows = keys.chain.map((link) => [String(link.index), link.fingerprint, link.nextCommitment]);
  return `${formatFacts(facts, paint)}\n${formatTable(['CHAIN', 'KEY', 'COMMITS TO'], rows, paint)}`;
}

function rotateKey(options: RotateOptions): Act {
  return async (context) => {
    const { emergency, yes } = options;
    const file = options.nextKey;
    const document = file === undefined ? null : readNextKey(file);
    if (document === null && options.passphraseFile !== undefined)
      throw new UsageInvalidError('--passphrase-file', 'belongs to --next-key FILE');
    await confirm(context, yes, emergency ? emergencyConsequence : rotationConsequence);
    const nextKey = document === null ? null : await opened(context, document, options.passphraseFile);
    const keys = await withClient(context, (client) => client.rotateServerKey({ emergency, nextKey }));
    return { json: keys, text: `the server’s key is now ${keys.fingerprint}\n${keysText(keys, context.paint)}` };
  };
}

const rotationConsequence = 'The server’s key will be replaced by its next one for good.';
const emergencyConsequence = `${rotationConsequence} All agents’ connections will be cut and all install tokens revoked.`;

async function opened(
  { terminal }: CommandContext,
  document: KeyDocument,
  file: string | undefined,
): Promise<RotateServerKey['nextKey']> {
  return { document, passphrase: await readPassphrase(terminal, { file: file ?? null, isNew: false }) };
}

function readNextKey(file: string): KeyDocument {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UsageInvalidError('--next-key', `${file} cannot be read, or is no exported key`, { cause });
  }
  const parsed = keyDocumentSchema.safeParse(value);
  if (!parsed.success) throw new UsageInvalidError('--next-key', `${file} is no exported key`);
  if (parsed.data.content === 'next-key') return parsed.data;
  throw new UsageInvalidError('--next-key', `${file} holds the server’s identity and not its next key`);
}

const rotateDataKey: Act = async (context) => {
  const rotated = await withClient(context, (client) => client.rotateDataKey());
  const { dataKeyId, secretsEncryptedAnew: count } = rotated;
  const secrets = count === 1 ? 'one secret is' : `${count} secrets are`;
  return { json: rotated, text: `the data key is now ${dataKeyId}; ${secrets} encrypted under it\n` };
};
