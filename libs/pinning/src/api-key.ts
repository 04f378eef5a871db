/**
 * The three bearer secrets: an agent's API key `lsk_<keyid>_<secret>`, an operator's API token `lst_<id>_<secret>` and
 * a step's token `lss_<attemptId>_<secret>`.
 *
 * Shown once, stored as a hash, found by the public id in the middle (docs/protocol.md, Enrolment). The prefixes
 * differ so that one can never be used for the other, and so that scanners recognise a leaked one.
 */
import { createSecret, createSecretId, hashSecret, isSecretOf, secretIdPattern, secretPattern } from './random-secret';
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

const uuidPattern = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** For one attempt, whose id finds the record. */
export function createStepToken(attemptId: string): NewBearerSecret {
  const secret = createSecret();
  return { text: `lss_${attemptId}_${secret}`, id: attemptId, secret, secretHash: hashSecret(secret) };
}

export const parseStepToken = (text: string): ParsedBearerSecret => parse('lss', 'step token', text, uuidPattern);

/** What is kept of an API key. */
export interface ApiKeyRecord {
  readonly keyId: string;
  readonly secretHash: string;
}

/** Does this `Authorization` header carry that API key? A revoked key, kept as null, is nobody's. */
export function isAuthorizedBy(authorization: string | undefined, kept: ApiKeyRecord | null): boolean {
  const shown = apiKeyIn(authorization);
  return shown !== null && kept !== null && shown.id === kept.keyId && isSecretOf(shown.secret, kept.secretHash);
}

/** The API key of an `Authorization: Bearer lsk_…` header; null where there is none. */
export function apiKeyIn(authorization: string | undefined): ParsedBearerSecret | null {
  const [, text] = /^Bearer (lsk_\S+)$/i.exec(authorization ?? '') ?? [];
  try {
    return text === undefined ? null : parseApiKey(text);
  } catch (error) {
    if (error instanceof TokenMalformedError) return null;
    throw error;
  }
}

type Prefix = 'lsk' | 'lst';

function create(prefix: Prefix): NewBearerSecret {
  const [id, secret] = [createSecretId(), createSecret()];
  return { text: `${prefix}_${id}_${secret}`, id, secret, secretHash: hashSecret(secret) };
}

function parse(
  prefix: Prefix | 'lss',
  what: 'API key' | 'API token' | 'step token',
  text: string,
  idPattern = secretIdPattern,
): ParsedBearerSecret {
  if (!text.startsWith(`${prefix}_`)) throw new TokenMalformedError(what, `it does not begin with ${prefix}_`);
  const match = new RegExp(`^${prefix}_(${idPattern})_(${secretPattern})$`).exec(text);
  const [, id, secret] = match ?? [];
  if (id === undefined || secret === undefined) throw new TokenMalformedError(what, 'it is cut off or mistyped');
  return { id, secret };
}
