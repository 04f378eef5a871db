/**
 * What does the command line remember between two commands? The server, its pinned key and the session, in one file
 * that only its owner may read (0600 in a 0700 folder). After logout server and pin stay: the next first contact is
 * then none. With the pin stands what a rotation of the server's key is proven by (docs/protocol.md, Identity and pins).
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fingerprintSchema } from '@longshore/protocol';
import { UsageInvalidError } from '../cli-errors';
import { tlsMinSchema } from './tls-min';

const rotationSchema = z.object({
  /** Where the chain is handed out: `https://HOST:7919`. */
  gateways: z.array(z.string()),
  /** The key that the pinned one has committed to. */
  nextCommitment: fingerprintSchema,
});
export type Rotation = z.infer<typeof rotationSchema>;

const cliConfigSchema = z.object({
  server: z.string(),
  fingerprint: fingerprintSchema,
  user: z.string(),
  token: z.string().nullable(),
  /** Null: the server did not say at the login, so a change of its key cannot be proven. */
  rotation: rotationSchema.nullable().default(null),
  tlsMin: tlsMinSchema.default('TLSv1.3'),
});
export type CliConfig = z.infer<typeof cliConfigSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

export function configFile(environment: Environment): string {
  const folder = environment['LONGSHORE_CONFIG_HOME'] ?? join(homedir(), '.config', 'longshore');
  return join(folder, 'cli.json');
}

/** Null before the first login. */
export function readConfig(environment: Environment): CliConfig | null {
  const file = configFile(environment);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw new UsageInvalidError(file, 'cannot be read', { cause });
  }
  try {
    return cliConfigSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UsageInvalidError(file, 'is damaged: delete it and log in again', { cause });
  }
}

function isMissing(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT';
}

export function writeConfig(environment: Environment, config: CliConfig): void {
  const file = configFile(environment);
  const draft = `${file}.${randomUUID()}`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new UsageInvalidError(file, 'cannot be written', { cause });
  }
}
