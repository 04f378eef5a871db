/**
 * Every setting of the server: its name in the file, its variable, its form, its default and what it is for.
 * docs/reference/server-settings.md is printed from this table (docs/operations.md, Server settings).
 */
import { fingerprintSchema, timeouts } from '@longshore/protocol';
import { z } from 'zod';

const portSchema = z.coerce.number('must be a port number').int('must be a port number').min(1).max(65_535);
const listOf = <Element extends z.ZodType>(element: Element) => z.preprocess(splitList, z.array(element));
const urlOf = (protocol: RegExp, form: string) => z.url({ protocol, error: `must be ${form}` });
const switchSchema = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')],
  'must be true or false',
);

export interface SettingFacts {
  readonly variable: string;
  readonly description: string;
  /** Holds a credential: its value appears nowhere. */
  readonly secret?: boolean;
}

/** A setting is its schema with these facts; `z.globalRegistry` would hold them untyped. */
export const settingFacts = z.registry<SettingFacts>();

const setting = <Schema extends z.ZodType>(variable: string, description: string, schema: Schema): Schema => {
  settingFacts.add(schema, { variable, description });
  return schema;
};
const secretSetting = <Schema extends z.ZodType>(variable: string, description: string, schema: Schema): Schema => {
  settingFacts.add(schema, { variable, description, secret: true });
  return schema;
};

export const settingsSchema = z.strictObject({
  dataFolder: setting('LONGSHORE_DATA', 'Folder of the server: identity, agent authority, logs.', z.string().min(1)),
  databaseUrl: secretSetting(
    'DATABASE_URL',
    'PostgreSQL, as postgresql://user:password@host:port/database.',
    urlOf(/^postgres(ql)?$/, 'a postgresql:// address'),
  ),
  host: setting('LONGSHORE_HOST', 'Address that both ports listen on.', z.string().min(1).default('127.0.0.1')),
  apiPort: setting('LONGSHORE_API_PORT', 'HTTPS port of API and console.', portSchema.default(8443)),
  gatewayPort: setting('LONGSHORE_GATEWAY_PORT', 'HTTPS port of the agent gateway.', portSchema.default(7919)),
  gatewayAddresses: setting(
    'LONGSHORE_GATEWAYS',
    'Addresses under which agents reach the gateway, https://host:port each; by default made of host and gatewayPort.',
    listOf(urlOf(/^https$/, 'https://host:port')).default([]),
  ),
  brokerUrl: secretSetting(
    'BROKER_URL',
    'RabbitMQ for JMS agents, as amqps://user:password@host:port/vhost; without it only web agents are served.',
    urlOf(/^amqps$/, 'an amqps:// address')
      .nullable()
      .default(null),
  ),
  brokerManagementUrl: secretSetting(
    'BROKER_MANAGEMENT_URL',
    'Management API of RabbitMQ with its credential, on loopback or with TLS.',
    urlOf(/^https?$/, 'an http:// or https:// address')
      .nullable()
      .default(null),
  ),
  brokerFingerprints: setting(
    'BROKER_FINGERPRINTS',
    'Public key fingerprints of the broker, sha256/… each.',
    listOf(fingerprintSchema).default([]),
  ),
  brokerAddresses: setting(
    'LONGSHORE_BROKER_ADDRESSES',
    'Addresses under which JMS agents reach the broker, host:port each; by default that of brokerUrl.',
    listOf(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port')).default([]),
  ),
  minTlsVersion: setting(
    'LONGSHORE_TLS_MIN',
    'Oldest TLS that listeners and outgoing connections speak: TLSv1.3, or TLSv1.2 with AEAD suites.',
    z.enum(['TLSv1.3', 'TLSv1.2'], 'must be TLSv1.3 or TLSv1.2').default('TLSv1.3'),
  ),
  heartbeatMs: setting(
    'LONGSHORE_HEARTBEAT_MS',
    'Time between two reports of an agent, in milliseconds.',
    z.coerce.number('must be a number').int().min(100).max(600_000).default(timeouts.heartbeatMs),
  ),
  adminPasswordFile: setting(
    'LONGSHORE_ADMIN_PASSWORD_FILE',
    'File with the first password of the user admin; without it one is made and printed once.',
    z.string().min(1).nullable().default(null),
  ),
  consoleFolder: setting(
    'LONGSHORE_CONSOLE',
    'Folder of the built web console; by default the one beside the server.',
    z.string().min(1).nullable().default(null),
  ),
  replica: setting(
    'LONGSHORE_REPLICA',
    'True where several server processes share one data folder on purpose.',
    switchSchema.default(false),
  ),
  logLevel: setting(
    'LONGSHORE_LOG_LEVEL',
    'What is logged.',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  ),
});

/** In the environment a list is separated by commas. */
function splitList(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}
