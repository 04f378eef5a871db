/**
 * What does an agent need to make its first contact with a server it can already verify?
 *
 * One text `lsi_…` that carries the server's fingerprint, the gateway addresses and a secret (docs/protocol.md,
 * Enrolment). What the token permits stands on the server beside the hash of the secret. People copy this text
 * by hand, so a check sum at its end tells a mistyped token from a refused one before anything is dialled.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fingerprintSchema, type Fingerprint } from '@longshore/protocol';
import { createSecret, createSecretId, hashSecret, secretIdPattern, secretPattern } from './random-secret';
import { TokenMalformedError } from './trust-errors';

export interface InstallToken {
  readonly tokenId: string;
  readonly secret: string;
  readonly serverFingerprint: Fingerprint;
  /** `https://host:port` each. */
  readonly gateways: readonly string[];
}

export interface NewInstallToken {
  /** The whole text; shown once and kept nowhere. */
  readonly text: string;
  readonly tokenId: string;
  readonly secretHash: string;
}

const prefix = 'lsi_';
const version = 1;
const longestToken = 4096;

/** Short field names: the token has to survive a terminal line. */
const contentSchema = z.object({
  v: z.literal(version),
  f: fingerprintSchema,
  g: z.array(z.string().refine(isGatewayAddress, 'must be https://host:port')).min(1).max(16),
  i: z.string().regex(new RegExp(`^${secretIdPattern}$`)),
  s: z.string().regex(new RegExp(`^${secretPattern}$`)),
});

export function createInstallToken(server: Pick<InstallToken, 'serverFingerprint' | 'gateways'>): NewInstallToken {
  const [tokenId, secret] = [createSecretId(), createSecret()];
  const content = { v: version, f: server.serverFingerprint, g: server.gateways, i: tokenId, s: secret };
  const parsed = contentSchema.safeParse(content);
  if (!parsed.success) throw malformed(parsed.error);
  const encoded = Buffer.from(JSON.stringify(content)).toString('base64url');
  return { text: `${prefix}${encoded}_${checkSum(encoded)}`, tokenId, secretHash: hashSecret(secret) };
}

export function parseInstallToken(text: string): InstallToken {
  const trimmed = text.trim();
  if (!trimmed.startsWith(prefix)) throw new TokenMalformedError('install token', `it does not begin with ${prefix}`);
  if (trimmed.length > longestToken) throw new TokenMalformedError('install token', 'it is too long');
  const [, encoded, sum] = /^lsi_([A-Za-z0-9_-]+)_([0-9a-f]{8})$/.exec(trimmed) ?? [];
  if (encoded === undefined || sum !== checkSum(encoded)) {
    throw new TokenMalformedError('install token', 'it is cut off or mistyped');
  }
  return contentOf(encoded);
}

function contentOf(encoded: string): InstallToken {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(encoded, 'base64url').toString());
  } catch (cause) {
    throw new TokenMalformedError('install token', 'its content is not readable', { cause });
  }
  if (z.object({ v: z.number() }).safeParse(content).data?.v !== version) {
    throw new TokenMalformedError('install token', 'it is of a version that this agent does not know');
  }
  const parsed = contentSchema.safeParse(content);
  if (!parsed.success) throw malformed(parsed.error);
  const { f, g, i, s } = parsed.data;
  return { tokenId: i, secret: s, serverFingerprint: f, gateways: g };
}

function malformed(error: z.ZodError): TokenMalformedError {
  const names = { v: 'version', f: 'fingerprint', g: 'gateway address', i: 'id', s: 'secret' };
  const field = error.issues[0]?.path[0];
  const name = Object.entries(names).find(([key]) => key === field)?.[1] ?? 'content';
  return new TokenMalformedError('install token', `its ${name} is missing or wrong`);
}

function isGatewayAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.pathname !== '/') return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

/** Against typing errors only: it protects nothing. */
function checkSum(encoded: string): string {
  return createHash('sha256').update(encoded).digest('hex').slice(0, 8);
}
