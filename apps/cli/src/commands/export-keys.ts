/**
 * `server export-keys`: the server's identity, or its next key alone, under a passphrase, in a file that did not exist
 * before. The server lets go of its next key only after the file is on the disk, and is shown what is in it
 * (docs/security.md, Keys).
 */
import type { Command } from 'commander';
import { z } from 'zod';
import type { LongshoreClient } from '@longshore/rest-client';
import type { ExportKeys, KeyDocument } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';
import { withClient } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { withPrivateFile, type PrivateFile } from '../output/private-file';
import { confirm, yesFlag } from './confirm';
import { readOptions } from './options';
import { readPassphrase } from './secret-input';

const exportSchema = z.object({
  out: z.string().min(1, 'is empty'),
  passphraseFile: z.string().optional(),
  nextKey: z.boolean().default(false),
  takeOffline: z.boolean().default(false),
  yes: z.boolean().default(false),
});
type ExportOptions = z.infer<typeof exportSchema>;
type Wish = Omit<ExportKeys, 'document'>;

export function registerExportKeys(server: Command, bind: Bind): void {
  const command = server
    .command('export-keys')
    .description('Write the server’s identity, or its next key, to a file under a passphrase.')
    .requiredOption('--out <file>', 'a new file (0600)')
    .option('--passphrase-file <file>', 'what closes it (- for standard input); otherwise you are asked')
    .option('--next-key', 'only the next key, to be kept elsewhere')
    .option('--take-offline', 'with --next-key: the server no longer keeps it')
    .option(...yesFlag);
  bind(command, (options: unknown) => exportKeys(readOptions(exportSchema, options)));
}

function exportKeys({ out, passphraseFile, nextKey, takeOffline, yes }: ExportOptions): Act {
  return async (context) => {
    if (takeOffline && !nextKey) throw new UsageInvalidError('--take-offline', 'belongs to --next-key');
    if (takeOffline) await confirm(context, yes, `The server will rotate no more without ${out} and its passphrase.`);
    const passphrase = await readPassphrase(context.terminal, { file: passphraseFile ?? null, isNew: true });
    return withPrivateFile('--out', out, async (file) => {
      const wish = { content: nextKey ? ('next-key' as const) : ('server-identity' as const), passphrase, takeOffline };
      const document = await withClient(context, (client) => exportInto(file, client, wish));
      const { content, fingerprint } = document;
      const what = `${content === 'next-key' ? 'the next key' : 'the server’s identity'} (${fingerprint})`;
      const offline = takeOffline ? '; the server no longer has it' : '';
      return {
        json: { content, fingerprint, file: out, takenOffline: takeOffline },
        text: `${what} is in ${out}${offline}\n`,
      };
    });
  };
}

async function exportInto(file: PrivateFile, client: LongshoreClient, wish: Wish): Promise<KeyDocument> {
  const document = await client.exportServerKeys({ ...wish, takeOffline: false });
  file.write(`${JSON.stringify(document, null, 2)}\n`);
  // Refused where a rotation has come in between: the file's key is no longer the next one.
  if (wish.takeOffline) await client.exportServerKeys({ ...wish, document });
  return document;
}
