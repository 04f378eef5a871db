/**
 * With which settings does this server run? Read from the file that LONGSHORE_CONFIG names, then from the
 * environment, which wins. Unknown names and wrong values are refused, all at once and by name; values never appear
 * in the message, for some are credentials (docs/operations.md, Server settings).
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { LongshoreError } from '@longshore/protocol';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { systemCodeOf } from './system-code';
import { settingFacts, settingsSchema } from './settings-schema';

/** `EX_CONFIG` of sysexits: a supervisor knows that starting again will not help. */
export const settingsInvalidExitCode = 78;

const configVariable = 'LONGSHORE_CONFIG';
const ownPrefix = 'LONGSHORE_';

const Values = class {} as unknown as abstract new () => z.infer<typeof settingsSchema>;
/** The settings as one injectable value. */
export abstract class ServerSettings extends Values {}

type Environment = Readonly<Record<string, string | undefined>>;

export class SettingsInvalidError extends LongshoreError {
  constructor(readonly problems: readonly string[]) {
    super(
      'SETTINGS_INVALID',
      'stop',
      `the settings are not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
  }
}

export function readServerSettings(environment: Environment): ServerSettings {
  const problems = unknownVariables(environment);
  const file = readConfigFile(environment[configVariable], problems);
  const parsed = settingsSchema.safeParse({ ...file, ...fromEnvironment(environment) });
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap(describeIssue));
  else problems.push(...contradictions(parsed.data));
  if (!parsed.success || problems.length > 0) throw new SettingsInvalidError(problems);
  return withDerivedDefaults(parsed.data);
}

const variables = new Map(
  Object.entries(settingsSchema.shape).map(([name, schema]) => [name, settingFacts.get(schema)?.variable ?? name]),
);

function unknownVariables(environment: Environment): string[] {
  const known = new Set([configVariable, ...variables.values()]);
  return Object.keys(environment)
    .filter((name) => name.startsWith(ownPrefix) && !known.has(name))
    .map((name) => `${name} is no setting of the server`);
}

/** An empty variable counts as not set, as in a unit file that blanks one. */
function fromEnvironment(environment: Environment): Record<string, string> {
  const given = [...variables].map(([name, variable]) => [name, environment[variable] ?? ''] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function readConfigFile(path: string | undefined, problems: string[]): Record<string, unknown> {
  if (path === undefined || path === '') return {};
  try {
    const content: unknown = parseYaml(readFileSync(path, 'utf8'));
    const object = z.record(z.string(), z.unknown()).safeParse(content ?? {});
    if (object.success) return object.data;
    problems.push(`${configVariable}: ${path} does not hold names and values`);
  } catch (error) {
    const code = systemCodeOf(error);
    const reason = code?.startsWith('E') ? code : 'it is neither YAML nor JSON';
    problems.push(`${configVariable}: ${path} cannot be read (${reason})`);
  }
  return {};
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${key} is no setting of the server`);
  const name = String(issue.path[0] ?? '');
  const missing = issue.code === 'invalid_type' && issue.input === undefined && issue.path.length === 1;
  return [`${name} (${variables.get(name) ?? name}) ${missing && isRequired(name) ? 'is missing' : issue.message}`];
}

const isRequired = (name: string): boolean => name === 'dataFolder' || name === 'databaseUrl';

function contradictions({
  brokerUrl,
  brokerManagementUrl,
  brokerFingerprints,
  apiPort,
  gatewayPort,
}: ServerSettings): string[] {
  const problems: string[] = [];
  if (apiPort === gatewayPort) problems.push('apiPort and gatewayPort must differ');
  if (brokerUrl !== null && brokerManagementUrl === null)
    problems.push('brokerUrl needs brokerManagementUrl (BROKER_MANAGEMENT_URL)');
  if (brokerUrl !== null && brokerFingerprints.length === 0)
    problems.push('brokerUrl needs brokerFingerprints (BROKER_FINGERPRINTS)');
  if (brokerUrl === null && brokerManagementUrl !== null)
    problems.push('brokerManagementUrl needs brokerUrl (BROKER_URL)');
  return problems;
}

function withDerivedDefaults(settings: ServerSettings): ServerSettings {
  const { host, gatewayPort, gatewayAddresses, brokerUrl, brokerAddresses } = settings;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? hostname() : host.includes(':') ? `[${host}]` : host;
  return {
    ...settings,
    dataFolder: resolve(settings.dataFolder),
    gatewayAddresses: gatewayAddresses.length > 0 ? gatewayAddresses : [`https://${name}:${gatewayPort}`],
    brokerAddresses: brokerAddresses.length > 0 || brokerUrl === null ? brokerAddresses : [addressOf(brokerUrl)],
  };
}

function addressOf(brokerUrl: string): string {
  const { hostname: host, port } = new URL(brokerUrl);
  return `${host}:${port === '' ? 5671 : port}`;
}
