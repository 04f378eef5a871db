/**
 * With which key are the server's signed messages checked? With the one that the chain's head carries, believed only
 * because its fingerprint is the pin (docs/protocol.md, Identity and pins).
 */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { z } from 'zod';
import { type Fingerprint, LongshoreError } from '@longshore/protocol';
import { type Verifier, createVerifier, isSameFingerprint } from '@longshore/pinning';

export class ServerKeyUnreadableError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('SERVER_KEY_UNREADABLE', 'stop', `the chain's head does not carry the pinned key: ${problem}`, options);
  }
}

const moveSchema = z.object({ move: z.string() });
const headerSchema = z.object({ jwk: z.looseObject({ kty: z.literal('EC') }) });

/** The key that the link moves to; the link itself was verified when it was taken in. */
export function serverVerifier(chainHead: string, pin: Fingerprint): Verifier {
  const verifier = readVerifier(chainHead);
  if (!isSameFingerprint(verifier.fingerprint, pin)) throw new ServerKeyUnreadableError('another fingerprint');
  return verifier;
}

function readVerifier(chainHead: string): Verifier {
  try {
    const { move } = moveSchema.parse(partOf(chainHead, 1));
    const { jwk } = headerSchema.parse(partOf(move, 0));
    return createVerifier(createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }));
  } catch (cause) {
    throw new ServerKeyUnreadableError('it cannot be read', { cause });
  }
}

function partOf(jws: string, index: number): unknown {
  return JSON.parse(Buffer.from(jws.split('.')[index] ?? '', 'base64url').toString());
}
