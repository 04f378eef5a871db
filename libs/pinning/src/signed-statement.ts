/**
 * How is something said once by an identity and believed by whoever holds only its fingerprint?
 *
 * A statement carries the signer's public key in its header (`jwk`). The key is believed for one reason only: its
 * fingerprint is the one the reader already holds. So a pin, 32 bytes, is enough to check every statement
 * (docs/protocol.md, Identity and pins).
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Fingerprint } from '@longshore/protocol';
import { signCompact, verifyCompact, type Signer } from './compact-signature';
import { fingerprintOfPublicKey, isSameFingerprint } from './fingerprint';
import { isP256 } from './key-pair';
import { SignatureRefusedError } from './trust-errors';

const longestStatementBytes = 64 * 1024;

export type StatementType =
  'longshore-agent-key+jws' | 'longshore-brokers+jws' | 'longshore-chain+jws' | 'longshore-sealing-key+jws';

export interface StatementToSign {
  readonly typ: StatementType;
  readonly statement: object;
  readonly signer: Signer;
}

export function signStatement({ typ, statement, signer }: StatementToSign): Promise<string> {
  const jwk = signer.publicKey.export({ format: 'jwk' });
  return signCompact({ text: JSON.stringify(statement), typ, signer, header: { jwk } });
}

export interface StatementToVerify<Statement> {
  readonly typ: StatementType;
  readonly jws: string;
  /** The pin: whose word this must be. */
  readonly signer: Fingerprint;
  readonly schema: z.ZodType<Statement>;
}

/** Answers the statement, or throws `SignatureRefusedError`. */
export async function verifyStatement<Statement>(question: StatementToVerify<Statement>): Promise<Statement> {
  const { typ, jws, signer, schema } = question;
  const text = await verifyCompact({
    jws,
    typ,
    signer,
    maxBytes: longestStatementBytes,
    publicKey: ({ jwk }) => keyOfSigner(jwk, signer),
  });
  return parseContent(text, schema);
}

function keyOfSigner(jwk: unknown, signer: Fingerprint): KeyObject {
  const key = readKey(jwk);
  if (!isP256(key) || !isSameFingerprint(fingerprintOfPublicKey(key), signer)) {
    throw new SignatureRefusedError('foreign-key', `the key in the statement is not ${signer}`);
  }
  return key;
}

const publicJwkSchema = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });

function readKey(jwk: unknown): KeyObject {
  try {
    const key: JsonWebKey = publicJwkSchema.parse(jwk);
    return createPublicKey({ key, format: 'jwk' });
  } catch (cause) {
    throw new SignatureRefusedError('malformed', 'the statement carries no readable P-256 key', { cause });
  }
}

function parseContent<Statement>(text: string, schema: z.ZodType<Statement>): Statement {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SignatureRefusedError('malformed', 'the statement is not of its form', { cause });
  }
}
