/**
 * The two bearer secrets: an agent's API key `lsk_<keyid>_<secret>` and an operator's API token `lst_<id>_<secret>`.
 *
 * Shown once, stored as a hash, found by the public id in the middle (docs/protocol.md, Enrolment). The prefixes
 * differ so that one can never be used for the other, and so that scanners recognise a leaked one.
 */
import { createSecret, createSecretId, hashSecret, secretIdPattern, secretPattern } from './random-secret';
import { TokenMalformedError } from './trust-errors';

export interface NewBearerSecret {
  /** The whole text; shown to its owner once and kept nowhere. */
  readonly text: string;
  readonly id: string;
  readonly secret: string;
  readonly secretHash: string;
}

export interface ParsedBearerSecret {
  readonly id: string;
  readonly secret: string;
}

export const createApiKey = (): NewBearerSecret => create('lsk');
export const createApiToken = (): NewBearerSecret => create('lst');

export const parseApiKey = (text: string): ParsedBearerSecret => parse('lsk', 'API key', text);
export const parseApiToken = (text: string): ParsedBearerSecret => parse('lst', 'API token', text);

type Prefix = 'lsk' | 'lst';

function create(prefix: Prefix): NewBearerSecret {
  const [id, secret] = [createSecretId(), createSecret()];
  return { text: `${prefix}_${id}_${secret}`, id, secret, secretHash: hashSecret(secret) };
}

function parse(prefix: Prefix, what: 'API key' | 'API token', text: string): ParsedBearerSecret {
  if (!text.startsWith(`${prefix}_`)) throw new TokenMalformedError(what, `it does not begin with ${prefix}_`);
  const match = new RegExp(`^${prefix}_(${secretIdPattern})_(${secretPattern})$`).exec(text);
  const [, id, secret] = match ?? [];
  if (id === undefined || secret === undefined) throw new TokenMalformedError(what, 'it is cut off or mistyped');
  return { id, secret };
}
