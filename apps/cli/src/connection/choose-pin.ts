/**
 * Which key must the server hold at a login? At the first contact it is given by flag, confirmed by a person, or
 * trusted by an explicit flag; never silently. A known server keeps its pin, or moves it by its signed chain
 * (docs/protocol.md, Identity and pins).
 */
import type { Fingerprint } from '@longshore/protocol';
import type { MinTlsVersion } from '@longshore/tls';
import { UsageInvalidError } from '../cli-errors';
import type { Terminal } from '../terminal';
import { readPin } from './choose-link';
import type { CliConfig } from './cli-config';
import { presentedFingerprint } from './first-contact';
import type { ServerAddress } from './server-address';
import type { FollowKey } from './server-link';
import { keepPin, movePin } from './server-pin';

export interface PinOptions {
  readonly fingerprint?: string | undefined;
  readonly trustOnFirstUse: boolean;
}

export interface PinQuestion {
  readonly terminal: Terminal;
  readonly address: ServerAddress;
  /** Null before the first contact. */
  readonly known: CliConfig | null;
  readonly tlsMin: MinTlsVersion;
}

export interface ChosenPin {
  readonly fingerprint: Fingerprint;
  readonly follow: FollowKey;
}

export async function choosePin(options: PinOptions, question: PinQuestion): Promise<ChosenPin> {
  const { terminal, address, known, tlsMin } = question;
  if (options.fingerprint !== undefined) {
    const fingerprint = readPin('--fingerprint', options.fingerprint);
    return { fingerprint, follow: keepPin(address.origin, '--fingerprint') };
  }
  if (known !== null) return { fingerprint: known.fingerprint, follow: movePin(terminal, known, tlsMin) };
  const fingerprint = await meet(options, question);
  return { fingerprint, follow: keepPin(address.origin, 'this first contact') };
}

async function meet({ trustOnFirstUse }: PinOptions, { terminal, address, tlsMin }: PinQuestion): Promise<Fingerprint> {
  if (!trustOnFirstUse && !terminal.isInteractive) {
    throw new UsageInvalidError('--fingerprint', 'is missing for a first contact (or say --trust-on-first-use)');
  }
  const presented = await presentedFingerprint(address, tlsMin);
  await terminal.err(`The key of ${address.origin} is\n  ${presented}\n`);
  if (trustOnFirstUse) return presented;
  const said = await terminal.ask('Is it the one that the server shows on its console? Type yes to pin it:');
  if (said.trim().toLowerCase() === 'yes') return presented;
  throw new UsageInvalidError('--fingerprint', 'the key was not confirmed, nothing was sent');
}
