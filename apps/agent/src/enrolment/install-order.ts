/**
 * What shall be installed, and are the answers good? From flags, files, the environment and, on a terminal, questions;
 * the first answer that is not good is named by its flag.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { type InstallToken, parseInstallToken } from '@longshore/pinning';
import { type AgentType, InputInvalidError, LongshoreError, agentTypeSchema } from '@longshore/protocol';
import { parseName } from '../cli/choose-home';

export interface InstallOptions {
  readonly type?: string;
  readonly server?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly home?: string;
  readonly trustOnFirstUse?: boolean;
  /** Asks nothing. */
  readonly yes?: boolean;
}

export interface InstallOrder {
  readonly type: AgentType;
  readonly name: string;
  readonly gateways: readonly string[];
  /** Null: the first key that answers is pinned, and an operator has to approve the agent. */
  readonly token: InstallToken | null;
  readonly home: string | null;
}

/** Asks a person; answers null where there is nobody to ask. */
export type Ask = (question: string, preset?: string) => Promise<string | null>;

export const tokenVariable = 'LONGSHORE_INSTALL_TOKEN';

export async function readInstallOrder(
  options: InstallOptions,
  ask: Ask,
  environment: NodeJS.ProcessEnv,
): Promise<InstallOrder> {
  const type = parseType(options.type ?? (await ask('Agent type (web or jms)', 'web')));
  const token = options.trustOnFirstUse === true ? null : await readToken(options, ask, environment);
  const gateways = chooseGateways(options.server ?? null, token);
  const name = parseName(options.name ?? (await ask('Name', defaultName())) ?? defaultName());
  return { type, name, gateways, token, home: options.home ?? null };
}

function parseType(type: string | null): AgentType {
  const parsed = agentTypeSchema.safeParse(type);
  if (parsed.success) return parsed.data;
  throw new InputInvalidError('--type', type === null ? 'is missing: web or jms' : `must be web or jms, not ${type}`);
}

async function readToken(
  { token, tokenFile }: InstallOptions,
  ask: Ask,
  environment: NodeJS.ProcessEnv,
): Promise<InstallToken> {
  const [text, flag] = await findToken({ token, tokenFile }, ask, environment);
  try {
    return parseInstallToken(text);
  } catch (cause) {
    if (cause instanceof LongshoreError) throw new InputInvalidError(flag, cause.message, { cause });
    throw cause;
  }
}

async function findToken(
  { token, tokenFile }: { token: string | undefined; tokenFile: string | undefined },
  ask: Ask,
  environment: NodeJS.ProcessEnv,
): Promise<[text: string, flag: string]> {
  if (token !== undefined && tokenFile !== undefined) {
    throw new InputInvalidError('--token', 'and --token-file exclude each other');
  }
  if (token !== undefined) return [token, '--token'];
  if (tokenFile !== undefined) return [readTokenFile(tokenFile), '--token-file'];
  const fromEnvironment = environment[tokenVariable];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return [fromEnvironment, tokenVariable];
  const typed = await ask('Install token (lsi_…)');
  if (typed !== null && typed !== '') return [typed, '--token'];
  const ways = `give --token, --token-file or ${tokenVariable}, or choose --trust-on-first-use`;
  throw new InputInvalidError('--token', `is missing: ${ways}`);
}

function readTokenFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputInvalidError('--token-file', `${path} cannot be read`, { cause });
  }
}

function chooseGateways(server: string | null, token: InstallToken | null): readonly string[] {
  if (server === null) {
    if (token !== null) return token.gateways;
    throw new InputInvalidError('--server', 'is missing: the address of the agent gateway, https://host:7919');
  }
  const url = URL.parse(server);
  const isPlain =
    url !== null && url.protocol === 'https:' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!isPlain || url.username !== '') {
    throw new InputInvalidError('--server', `must look like https://host:7919, not ${server}`);
  }
  // The address that a person names goes first; the token's are kept behind it.
  const named = url.origin;
  return [named, ...(token?.gateways ?? []).filter((gateway) => URL.parse(gateway)?.origin !== named)];
}

/** The machine's name, as far as an id may carry it. */
export function defaultName(): string {
  const name = hostname().toLowerCase().split('.')[0] ?? '';
  const plain = name.replace(/[^a-z0-9-]+/g, '-').replace(/^-+|-+$/g, '');
  return (plain === '' ? 'agent' : plain).slice(0, 64);
}
