/**
 * `login`, `logout`. The server's key is pinned at the first contact: given by flag, confirmed by a person, or
 * trusted by an explicit flag; never silently. A known server keeps its pin.
 */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Fingerprint } from '@longshore/protocol';
import { UsageInvalidError } from '../cli-errors';
import type { Answer, CommandContext } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { readPin } from '../connection/choose-link';
import { configFile, readConfig, writeConfig } from '../connection/cli-config';
import { presentedFingerprint } from '../connection/first-contact';
import { parseServerAddress, type ServerAddress } from '../connection/server-address';
import { openServerLink } from '../connection/server-link';
import type { Terminal } from '../terminal';
import { readOptions } from './options';

const loginSchema = z.object({
  server: z.string(),
  user: z.string().min(1),
  passwordFile: z.string().optional(),
  fingerprint: z.string().optional(),
  trustOnFirstUse: z.boolean().default(false),
});
type LoginOptions = z.infer<typeof loginSchema>;

export function registerLogin(program: Command, bind: Bind): void {
  const login = program
    .command('login')
    .description('Open a session and pin the server’s key.')
    .requiredOption('--server <address>', 'https://HOST:8443')
    .option('--user <name>', 'who you are', 'admin')
    .option('--password-file <file>', 'file that holds the password; otherwise LONGSHORE_PASSWORD, or you are asked')
    .option('--fingerprint <sha256/…>', 'the server’s key, as its console shows it')
    .option('--trust-on-first-use', 'pin whatever key the server shows now');
  bind(login, (options: unknown) => logIn(readOptions(loginSchema, options)));
  bind(program.command('logout').description('End the session; the server’s pin is kept.'), () => logOut);
}

function logIn(options: LoginOptions): Act {
  return async (context): Promise<Answer> => {
    const { terminal } = context;
    const address = parseServerAddress('--server', options.server);
    const fingerprint = await choosePin(options, address, context);
    const password = await readPassword(options, terminal);
    const link = openServerLink({ server: address.origin, fingerprint, token: null });
    try {
      const { user, token, expiresAt } = await link.client
        .signIn({ user: options.user, password })
        .catch(explainRefusal);
      writeConfig(terminal.environment, { server: address.origin, fingerprint, user, token });
      const text = `${user} is logged in at ${address.origin} until ${new Date(expiresAt).toLocaleString()}\n`;
      return {
        json: { server: address.origin, fingerprint, user, expiresAt, file: configFile(terminal.environment) },
        text,
      };
    } finally {
      await link.close();
    }
  };
}

async function choosePin(
  options: LoginOptions,
  address: ServerAddress,
  { terminal }: CommandContext,
): Promise<Fingerprint> {
  if (options.fingerprint !== undefined) return readPin('--fingerprint', options.fingerprint);
  const known = readConfig(terminal.environment);
  if (known?.server === address.origin) return known.fingerprint;
  if (!options.trustOnFirstUse && !terminal.isInteractive) {
    throw new UsageInvalidError('--fingerprint', 'is missing for a first contact (or say --trust-on-first-use)');
  }
  const presented = await presentedFingerprint(address);
  await terminal.err(`The key of ${address.origin} is\n  ${presented}\n`);
  if (options.trustOnFirstUse) return presented;
  const said = await terminal.ask('Is it the one that the server shows on its console? Type yes to pin it:');
  if (said.trim().toLowerCase() === 'yes') return presented;
  throw new UsageInvalidError('--fingerprint', 'the key was not confirmed, nothing was sent');
}

async function readPassword({ passwordFile, user }: LoginOptions, terminal: Terminal): Promise<string> {
  if (passwordFile !== undefined) return readPasswordFile(passwordFile);
  const given = terminal.environment['LONGSHORE_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  if (terminal.isInteractive) return terminal.askSecret(`Password of ${user}:`);
  throw new UsageInvalidError('--password-file', 'is missing (or set LONGSHORE_PASSWORD)');
}

function readPasswordFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new UsageInvalidError('--password-file', `${file} cannot be read`, { cause });
  }
}

/** A 401 at this one place is about the password and not about a session. */
function explainRefusal(error: unknown): never {
  if (error instanceof Error && 'status' in error && error.status === 401) {
    throw new UsageInvalidError('--user', 'user and password do not match', { cause: error });
  }
  throw error;
}

const logOut: Act = async ({ terminal }) => {
  const config = readConfig(terminal.environment);
  if (config === null || config.token === null) return { json: { loggedOut: false }, text: 'nobody was logged in\n' };
  const { server, token, fingerprint } = config;
  writeConfig(terminal.environment, { ...config, token: null });
  const link = openServerLink({ server, fingerprint, token });
  const isTold = await link.client.signOut().then(
    () => true,
    () => false,
  );
  await link.close();
  if (!isTold) await terminal.err(`${server} was not told; the session there ends by itself\n`);
  return { json: { loggedOut: true, server, serverTold: isTold }, text: `logged out of ${server}\n` };
};
