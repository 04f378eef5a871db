/**
 * Which server, key and token does a command use? The environment's where LONGSHORE_SERVER stands, otherwise those
 * of the last login. A connection without a pin does not exist, so a server known by its address alone is refused.
 */
import { parseFingerprint } from '@longshore/pinning';
import { LongshoreError, type Fingerprint } from '@longshore/protocol';
import type { MinTlsVersion } from '@longshore/tls';
import { LoginMissingError, UsageInvalidError } from '../cli-errors';
import type { Terminal } from '../terminal';
import { readConfig, type CliConfig } from './cli-config';
import { parseServerAddress } from './server-address';
import type { ServerLinkOptions } from './server-link';
import { keepPin, movePin } from './server-pin';
import { chooseTlsMin } from './tls-min';

/** `tlsMin` as said with the command. */
export function chooseLink(terminal: Terminal, tlsMin: MinTlsVersion | null): ServerLinkOptions {
  const { environment } = terminal;
  const server = environment['LONGSHORE_SERVER'];
  if (server !== undefined && server !== '') return linkOfEnvironment(terminal, server, tlsMin);
  const config = readConfig(environment);
  if (config === null) throw new LoginMissingError('nobody is logged in');
  if (config.token === null) throw new LoginMissingError(`nobody is logged in at ${config.server}`);
  const floor = chooseTlsMin(tlsMin, environment, config.tlsMin);
  const { fingerprint, token } = config;
  return { server: config.server, fingerprint, token, tlsMin: floor, follow: movePin(terminal, config, floor) };
}

function linkOfEnvironment(terminal: Terminal, text: string, said: MinTlsVersion | null): ServerLinkOptions {
  const { environment } = terminal;
  const { origin } = parseServerAddress('LONGSHORE_SERVER', text);
  const token = environment['LONGSHORE_TOKEN'];
  if (token === undefined || token === '')
    throw new UsageInvalidError('LONGSHORE_TOKEN', 'is missing beside LONGSHORE_SERVER');
  const given = environment['LONGSHORE_FINGERPRINT'];
  if (given !== undefined && given !== '') {
    const fingerprint = readPin('LONGSHORE_FINGERPRINT', given);
    const tlsMin = chooseTlsMin(said, environment, undefined);
    return { server: origin, fingerprint, token, tlsMin, follow: keepPin(origin, 'LONGSHORE_FINGERPRINT') };
  }
  const config = knownServer(readConfig(environment), origin);
  const tlsMin = chooseTlsMin(said, environment, config.tlsMin);
  return { server: origin, fingerprint: config.fingerprint, token, tlsMin, follow: movePin(terminal, config, tlsMin) };
}

function knownServer(config: CliConfig | null, origin: string): CliConfig {
  if (config?.server === origin) return config;
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
