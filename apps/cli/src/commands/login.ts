/** `login`, `logout`. The session is kept with the server's pin and with what a rotation of its key is proven by. */
import type { Command } from 'commander';
import { z } from 'zod';
import { UsageInvalidError } from '../cli-errors';
import type { Answer } from '../command-context';
import type { Act, Bind } from '../bound-command';
import { choosePin } from '../connection/choose-pin';
import { configFile, readConfig, writeConfig } from '../connection/cli-config';
import { learnRotation } from '../connection/learn-rotation';
import { parseServerAddress } from '../connection/server-address';
import { openServerLink, type ServerLinkOptions } from '../connection/server-link';
import { movePin } from '../connection/server-pin';
import { chooseTlsMin } from '../connection/tls-min';
import type { Terminal } from '../terminal';
import { readOptions } from './options';
import { readSecretFile } from './secret-input';

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
  bind(program.command('logout').description('End the session; the pin of the server is kept.'), () => logOut);
}

function logIn(options: LoginOptions): Act {
  return async (context): Promise<Answer> => {
    const { environment } = context.terminal;
    const address = parseServerAddress('--server', options.server);
    const { origin } = address;
    const config = readConfig(environment);
    const known = config?.server === origin ? config : null;
    const tlsMin = chooseTlsMin(context.tlsMin, environment, known?.tlsMin);
    const pin = await choosePin(options, { terminal: context.terminal, address, known, tlsMin });
    const password = await readPassword(options, context.terminal);
    const target = { server: origin, ...pin, tlsMin };
    const { session, fingerprint } = await signIn(target, { user: options.user, password });
    const { user, token, expiresAt } = session;
    const login = { server: origin, fingerprint, user, token, tlsMin };
    const rotation = await learnRotation({ ...target, fingerprint, token });
    writeConfig(environment, { ...login, rotation });
    const text = `${user} is logged in at ${origin} until ${new Date(expiresAt).toLocaleString()}\n`;
    return { json: { server: origin, fingerprint, user, expiresAt, file: configFile(environment) }, text };
  };
}

type Target = Omit<ServerLinkOptions, 'token'>;

async function signIn(target: Target, by: { readonly user: string; readonly password: string }) {
  const link = openServerLink({ ...target, token: null });
  try {
    const session = await link.client.signIn(by).catch(explainRefusal);
    return { session, fingerprint: link.fingerprint() };
  } finally {
    await link.close();
  }
}

async function readPassword({ passwordFile, user }: LoginOptions, terminal: Terminal): Promise<string> {
  if (passwordFile !== undefined) return readSecretFile('--password-file', passwordFile);
  const given = terminal.environment['LONGSHORE_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  if (terminal.isInteractive) return terminal.askSecret(`Password of ${user}:`);
  throw new UsageInvalidError('--password-file', 'is missing (or set LONGSHORE_PASSWORD)');
}

/** A 401 at this one place is about the password and not about a session. */
function explainRefusal(error: unknown): never {
  if (error instanceof Error && 'status' in error && error.status === 401) {
    throw new UsageInvalidError('--user', 'user and password do not match', { cause: error });
  }
  throw error;
}

const logOut: Act = async ({ terminal, tlsMin: said }) => {
  const config = readConfig(terminal.environment);
  if (config === null || config.token === null) return { json: { loggedOut: false }, text: 'nobody was logged in\n' };
  const { server, token, fingerprint } = config;
  const known = { ...config, token: null };
  writeConfig(terminal.environment, known);
  const tlsMin = chooseTlsMin(said, terminal.environment, config.tlsMin);
  const link = openServerLink({ server, fingerprint, token, tlsMin, follow: movePin(terminal, known, tlsMin) });
  const isTold = await link.client.signOut().then(
    () => true,
    () => false,
  );
  await link.close();
  if (!isTold) await terminal.err(`${server} was not told; the session there ends by itself\n`);
  return { json: { loggedOut: true, server, serverTold: isTold }, text: `logged out of ${server}\n` };
};
