/**
 * Which server, key and token does a command use? The environment's where LONGSHORE_SERVER stands, otherwise those
 * of the last login. A connection without a pin does not exist, so a server known by its address alone is refused.
 */
import { parseFingerprint } from '@longshore/pinning';
import { LongshoreError, type Fingerprint } from '@longshore/protocol';
import { LoginMissingError, UsageInvalidError } from '../cli-errors';
import type { Terminal } from '../terminal';
import { readConfig, type CliConfig } from './cli-config';
import { parseServerAddress } from './server-address';
import type { ServerLinkOptions } from './server-link';

export function chooseLink({ environment }: Terminal): ServerLinkOptions {
  const server = environment['LONGSHORE_SERVER'];
  if (server !== undefined && server !== '') return linkOfEnvironment(environment, server);
  const config = readConfig(environment);
  if (config === null) throw new LoginMissingError('nobody is logged in');
  if (config.token === null) throw new LoginMissingError(`nobody is logged in at ${config.server}`);
  return config;
}

function linkOfEnvironment(environment: Terminal['environment'], text: string): ServerLinkOptions {
  const { origin } = parseServerAddress('LONGSHORE_SERVER', text);
  const token = environment['LONGSHORE_TOKEN'];
  if (token === undefined || token === '')
    throw new UsageInvalidError('LONGSHORE_TOKEN', 'is missing beside LONGSHORE_SERVER');
  const given = environment['LONGSHORE_FINGERPRINT'];
  const fingerprint =
    given === undefined || given === ''
      ? knownPin(readConfig(environment), origin)
      : readPin('LONGSHORE_FINGERPRINT', given);
  return { server: origin, fingerprint, token };
}

function knownPin(config: CliConfig | null, origin: string): Fingerprint {
  if (config?.server === origin) return config.fingerprint;
  throw new UsageInvalidError(
    'LONGSHORE_FINGERPRINT',
    `is missing: the key of ${origin} is shown on the console's server page`,
  );
}

export function readPin(field: string, text: string): Fingerprint {
  try {
    return parseFingerprint(text);
  } catch (cause) {
    throw new UsageInvalidError(field, cause instanceof LongshoreError ? cause.message : 'is no fingerprint', {
      cause,
    });
  }
}
