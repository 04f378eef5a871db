/**
 * How is a secret made that a machine keeps, and how does the server remember it?
 *
 * 256 random bits cannot be guessed, so one plain SHA-256 is right for storage: a slow hash protects passwords that
 * people choose (`password.ts`), and would here only make every request slow.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Base64url of 32 random bytes. */
export const secretPattern = '[A-Za-z0-9_-]{43}';
/** Public part that finds the record; hex, for it reaches broker user names. */
export const secretIdPattern = '[0-9a-f]{16}';

export const createSecret = (): string => randomBytes(32).toString('base64url');
export const createSecretId = (): string => randomBytes(8).toString('hex');

/** What the server stores instead of the secret. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Constant time for every stored hash of the right length. */
export function isSecretOf(secret: string, storedHash: string): boolean {
  const [given, stored] = [Buffer.from(hashSecret(secret)), Buffer.from(storedHash)];
  return given.length === stored.length && timingSafeEqual(given, stored);
}

/**
 * What an agent shows the broker instead of its API key's secret. One way: a broker sees each password, and one that is
 * in the wrong hands must not learn the key with which a forgotten pin is set anew (docs/protocol.md, JMS wire).
 */
export function brokerPasswordOf(secret: string): string {
  return createHmac('sha256', secret).update('longshore broker password').digest('base64url');
}

/** RabbitMQ's `rabbit_password_hashing_sha256`: base64 of a 4-byte salt and SHA-256 of salt and password. */
export function brokerPasswordHash(password: string): string {
  const salt = randomBytes(4);
  const digest = createHash('sha256').update(salt).update(password).digest();
  return Buffer.concat([salt, digest]).toString('base64');
}
