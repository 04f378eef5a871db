/**
 * What shall be installed, and are the answers good? From flags, files, the environment and, on a terminal, questions;
 * the first answer that is not good is named by its flag.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { type InstallToken, parseApiKey, parseFingerprint, parseInstallToken } from '@longshore/pinning';
import {
  type AgentType,
  type Fingerprint,
  InputInvalidError,
  LongshoreError,
  agentTypeSchema,
} from '@longshore/protocol';
import type { MinTlsVersion } from '@longshore/tls';
import { parseName } from '../cli/choose-home';

export interface InstallOptions {
  readonly type?: string;
  readonly server?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly home?: string;
  readonly trustOnFirstUse?: boolean;
  readonly apiKeyFile?: string;
  readonly serverFingerprint?: string;
  readonly tlsMin?: string;
  /** Asks nothing. */
  readonly yes?: boolean;
}

/** What shows the server that this agent may come. */
export type InstallProof =
  | { readonly by: 'token'; readonly token: InstallToken }
  /** The key of an agent that the server knows and whose pin it has forgotten: this host becomes that agent. */
  | { readonly by: 'api-key'; readonly apiKey: string }
  /** Nothing: an operator has to approve the agent. */
  | { readonly by: 'approval' };

export interface InstallOrder {
  readonly type: AgentType;
  readonly name: string;
  readonly gateways: readonly string[];
  readonly proof: InstallProof;
  /** The key that is expected at the first contact; null: the first that answers is pinned. */
  readonly serverFingerprint: Fingerprint | null;
  readonly minTlsVersion: MinTlsVersion;
  readonly home: string | null;
}

/** Asks a person; answers null where there is nobody to ask. */
export type Ask = (question: string, preset?: string) => Promise<string | null>;

export const tokenVariable = 'LONGSHORE_INSTALL_TOKEN';
export const apiKeyVariable = 'LONGSHORE_API_KEY';

export async function readInstallOrder(
  options: InstallOptions,
  ask: Ask,
  environment: NodeJS.ProcessEnv,
): Promise<InstallOrder> {
  const type = parseType(options.type ?? (await ask('Agent type (web or jms)', 'web')));
  const proof = await readProof(options, ask, environment);
  const gateways = chooseGateways(options.server ?? null, proof.by === 'token' ? proof.token : null);
  // Who comes back by its API key has its name already.
  const asked = proof.by === 'api-key' ? null : await askForName(options, ask);
  return {
    ...{ type, gateways, proof, home: options.home ?? null },
    name: parseName(options.name ?? asked ?? defaultName()),
    serverFingerprint: readFingerprint(options, proof),
    minTlsVersion: readTlsFloor(options.tlsMin),
  };
}

async function askForName({ name }: InstallOptions, ask: Ask): Promise<string | null> {
  return name ?? ask('Name', defaultName());
}

const tlsVersions: readonly MinTlsVersion[] = ['TLSv1.3', 'TLSv1.2'];

function readTlsFloor(wished = 'TLSv1.3'): MinTlsVersion {
  const version = tlsVersions.find((each) => each === wished);
  if (version !== undefined) return version;
  throw new InputInvalidError('--tls-min', `must be ${tlsVersions.join(' or ')}, not ${wished}`);
}

function readFingerprint(
  { serverFingerprint: text, trustOnFirstUse }: InstallOptions,
  proof: InstallProof,
): Fingerprint | null {
  const flag = '--server-fingerprint';
  if (proof.by === 'token') {
    if (text !== undefined) throw new InputInvalidError(flag, 'is not needed: the token carries it');
    return proof.token.serverFingerprint;
  }
  if (text !== undefined && trustOnFirstUse === true) {
    throw new InputInvalidError(flag, 'and --trust-on-first-use exclude each other');
  }
  if (text !== undefined) return flagged(flag, () => parseFingerprint(text));
  if (trustOnFirstUse === true) return null;
  throw new InputInvalidError(flag, 'is missing: sha256/… as the server shows it, or choose --trust-on-first-use');
}

async function readProof(options: InstallOptions, ask: Ask, environment: NodeJS.ProcessEnv): Promise<InstallProof> {
  const { token, tokenFile, apiKeyFile, trustOnFirstUse } = options;
  if (apiKeyFile !== undefined && (token ?? tokenFile) !== undefined) {
    throw new InputInvalidError('--api-key-file', 'and an install token exclude each other');
  }
  const apiKey = await readApiKey(apiKeyFile, async () => null, environment);
  if (apiKey !== null && (token ?? tokenFile) === undefined) return { by: 'api-key', apiKey };
  if (trustOnFirstUse === true) return { by: 'approval' };
  const [text, flag] = await findToken({ token, tokenFile }, ask, environment);
  // A person who is asked may type either of the two.
  if (text.startsWith('lsk_')) return { by: 'api-key', apiKey: checkApiKey(text, '--api-key-file') };
  return { by: 'token', token: flagged(flag, () => parseInstallToken(text)) };
}

/** From a file, the environment or a person, never from the command line, which others can read; null: from nowhere. */
export async function readApiKey(file: string | undefined, ask: Ask, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (file !== undefined) return checkApiKey(readSecretFile(file, '--api-key-file'), '--api-key-file');
  const fromEnvironment = env[apiKeyVariable];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return checkApiKey(fromEnvironment, apiKeyVariable);
  const typed = await ask('API key (lsk_…)');
  return typed === null || typed === '' ? null : checkApiKey(typed, '--api-key-file');
}

function checkApiKey(text: string, flag: string): string {
  const trimmed = text.trim();
  flagged(flag, () => parseApiKey(trimmed));
  return trimmed;
}

function flagged<Value>(flag: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof LongshoreError) throw new InputInvalidError(flag, cause.message, { cause });
    throw cause;
  }
}

function parseType(type: string | null): AgentType {
  const parsed = agentTypeSchema.safeParse(type);
  if (parsed.success) return parsed.data;
  throw new InputInvalidError('--type', type === null ? 'is missing: web or jms' : `must be web or jms, not ${type}`);
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
  if (tokenFile !== undefined) return [readSecretFile(tokenFile, '--token-file'), '--token-file'];
  const fromEnvironment = environment[tokenVariable];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return [fromEnvironment, tokenVariable];
  const typed = await ask('Install token (lsi_…)');
  if (typed !== null && typed !== '') return [typed, '--token'];
  const ways = `give --token, --token-file or ${tokenVariable}, or choose --trust-on-first-use`;
  throw new InputInvalidError('--token', `is missing: ${ways}`);
}

function readSecretFile(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputInvalidError(flag, `${path} cannot be read`, { cause });
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
