/**
 * How does a secret reach one agent so that neither broker nor relay can read it?
 *
 * The agent announces a sealing key under its identity key; the server seals each secret to it as JWE
 * (ECDH-ES+A256KW, A256GCM). The header, which the encryption protects, names the sealing key and the context (the
 * attempt), so a sealed secret cannot be moved to another attempt (docs/protocol.md, Identity and pins).
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, compactDecrypt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import type { Fingerprint } from '@longshore/protocol';
import type { Signer } from './compact-signature';
import { createKeyPair, parsePrivateKey, privateKeyToPem } from './key-pair';
import { sealToPoint } from './seal-to-point';
import { signStatement, verifyStatement } from './signed-statement';
import { SealRefusedError } from './trust-errors';

/** The private half, as the agent keeps it. Old ones stay until the last attempt that used them is acknowledged. */
export interface SealingKey {
  readonly id: string;
  readonly privateKeyPem: string;
}

/** The public half, as the server keeps it after checking the announcement. */
export const sealingPublicKeySchema = z.object({
  /** RFC 7638 thumbprint of the key. */
  id: z.string().min(1).max(64),
  jwk: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
});
export type SealingPublicKey = z.infer<typeof sealingPublicKeySchema>;

const typ = 'longshore-sealing-key+jws';
const [alg, enc] = ['ECDH-ES+A256KW', 'A256GCM'];

export async function createSealingKey(): Promise<SealingKey> {
  const privateKeyPem = privateKeyToPem(createKeyPair().privateKey);
  return { id: (await publicHalf(privateKeyPem)).id, privateKeyPem };
}

/** Answers the JWS that goes into `hello` and the enrolment. `signer` is the agent's identity. */
export async function announceSealingKey(key: SealingKey, signer: Signer): Promise<string> {
  return signStatement({ typ, statement: await publicHalf(key.privateKeyPem), signer });
}

/** `signer` is the agent's pin. */
export async function verifySealingKey(jws: string, signer: Fingerprint): Promise<SealingPublicKey> {
  const key = await verifyStatement({ typ, jws, signer, schema: sealingPublicKeySchema });
  const { id } = await withId(key.jwk);
  if (id !== key.id) throw new SealRefusedError('malformed', 'the id of the sealing key is not its thumbprint');
  publicKeyOf(key);
  return key;
}

export interface SecretToSeal {
  readonly secret: string;
  readonly to: SealingPublicKey;
  /** The attempt that alone may open it. */
  readonly context: string;
}

export async function sealSecret({ secret, to, context }: SecretToSeal): Promise<string> {
  try {
    return sealToPoint(secret, to.jwk, { kid: to.id, context });
  } catch (cause) {
    throw new SealRefusedError('malformed', 'the sealing key is not a point of P-256', { cause });
  }
}

export interface SecretToOpen {
  readonly jwe: string;
  /** The current sealing key and those still kept. */
  readonly keys: readonly SealingKey[];
  readonly context: string;
}

export async function openSecret({ jwe, keys, context }: SecretToOpen): Promise<string> {
  const header = readHeader(jwe);
  if (header.context !== context) {
    throw new SealRefusedError('other-context', 'the secret was sealed for another attempt');
  }
  const key = keys.find(({ id }) => id === header.kid);
  if (key === undefined)
    throw new SealRefusedError('unknown-key', 'the secret was sealed to a key that is not kept here');
  try {
    const { plaintext } = await compactDecrypt(jwe, createPrivateKey(key.privateKeyPem), {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [enc],
    });
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
  } catch (cause) {
    throw new SealRefusedError('broken', 'the sealed secret was changed on its way', { cause });
  }
}

function readHeader(jwe: string): Record<string, unknown> {
  try {
    return { ...decodeProtectedHeader(jwe) };
  } catch (cause) {
    throw new SealRefusedError('malformed', 'not a sealed secret', { cause });
  }
}

function publicHalf(privateKeyPem: string): Promise<SealingPublicKey> {
  const { x, y } = parsePrivateKey(privateKeyPem).publicKey.export({ format: 'jwk' });
  return withId({ kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' });
}

async function withId(jwk: SealingPublicKey['jwk']): Promise<SealingPublicKey> {
  return { id: await calculateJwkThumbprint(jwk), jwk };
}

function publicKeyOf({ jwk }: SealingPublicKey): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new SealRefusedError('malformed', 'the sealing key is not a point of P-256', { cause });
  }
}
