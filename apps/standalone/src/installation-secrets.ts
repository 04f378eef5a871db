/**
 * The secrets of a data folder that `npm start` made by itself, in one 0600 file in it. They are made once; a later
 * start reads them, so that automation finds the same credentials again.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecret } from '@longshore/pinning';
import { parseWith } from '@longshore/protocol';
import { z } from 'zod';

const secretsSchema = z.object({
  adminUser: z.string(),
  adminPassword: z.string(),
  brokerUser: z.string(),
  brokerPassword: z.string(),
  /** API token for automation; null until the first start has come up. */
  apiToken: z.string().nullable(),
});
export type InstallationSecrets = z.infer<typeof secretsSchema>;

export function openSecrets(dataFolder: string): { readonly secrets: InstallationSecrets; readonly fresh: boolean } {
  const file = secretsFile(dataFolder);
  if (existsSync(file)) {
    return { secrets: parseWith(secretsSchema, JSON.parse(readFileSync(file, 'utf8')), file), fresh: false };
  }
  const secrets: InstallationSecrets = {
    adminUser: 'admin',
    adminPassword: createSecret().slice(0, 24),
    brokerUser: 'longshore-server',
    brokerPassword: createSecret(),
    apiToken: null,
  };
  saveSecrets(dataFolder, secrets);
  return { secrets, fresh: true };
}

export function saveSecrets(dataFolder: string, secrets: InstallationSecrets): void {
  writePrivately(secretsFile(dataFolder), JSON.stringify(secrets, null, 2));
}

/** Writes a 0600 file that is either whole or not there. */
export function writePrivately(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
}

function secretsFile(dataFolder: string): string {
  return join(dataFolder, 'secrets.json');
}
