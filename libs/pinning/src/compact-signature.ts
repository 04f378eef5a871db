/**
 * What does every signed text of ours look like, and in which order is one checked?
 *
 * A compact JWS, ES256 and nothing else, whose header names the signer's fingerprint (`kid`) and the purpose
 * (`typ`), so that a text signed for one purpose is refused for another. Size comes first, then the header, then the
 * signature, and only then is the content looked at (docs/protocol.md, Messages).
 */
import type { KeyObject } from 'node:crypto';
import { CompactSign, compactVerify, decodeProtectedHeader, type CompactJWSHeaderParameters } from 'jose';
import type { Fingerprint } from '@longshore/protocol';
import { fingerprintOfPublicKey } from './fingerprint';
import { isP256, parsePrivateKey } from './key-pair';
import { KeyUnusableError, SignatureRefusedError } from './trust-errors';

/** Keep one per key: jose prepares a key object once and finds it again by identity. */
export interface Signer {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly fingerprint: Fingerprint;
}

export interface Verifier {
  readonly publicKey: KeyObject;
  readonly fingerprint: Fingerprint;
}

export function createSigner(privateKeyPem: string): Signer {
  const { privateKey, publicKey } = parsePrivateKey(privateKeyPem);
  return { privateKey, publicKey, fingerprint: fingerprintOfPublicKey(publicKey) };
}

/** Refuses a key that could never have signed: every identity of ours is P-256. */
export function createVerifier(publicKey: KeyObject): Verifier {
  if (!isP256(publicKey)) throw new KeyUnusableError('the public key is not a P-256 key');
  return { publicKey, fingerprint: fingerprintOfPublicKey(publicKey) };
}

export interface TextToSign {
  readonly text: string;
  readonly typ: string;
  readonly signer: Signer;
  /** Header fields beyond `alg`, `kid` and `typ`. */
  readonly header?: Readonly<Record<string, unknown>>;
}

export async function signCompact({ text, typ, signer, header = {} }: TextToSign): Promise<string> {
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ ...header, alg: 'ES256', kid: signer.fingerprint, typ })
    .sign(signer.privateKey);
}

export interface TextToVerify {
  readonly jws: string;
  readonly typ: string;
  readonly maxBytes: number;
  /** The one key that may have signed; the header of a foreign `kid` never gets this far. */
  readonly signer: Fingerprint;
  readonly publicKey: (header: CompactJWSHeaderParameters) => KeyObject;
}

/** Answers the signed text; throws `SignatureRefusedError` otherwise. */
export async function verifyCompact(question: TextToVerify): Promise<string> {
  const { jws, maxBytes } = question;
  if (jws.length > maxBytes) {
    throw new SignatureRefusedError('too-large', `the signed text is larger than ${maxBytes} bytes`);
  }
  const publicKey = question.publicKey(checkHeader(question));
  try {
    const { payload } = await compactVerify(jws, publicKey, { algorithms: ['ES256'] });
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch (cause) {
    throw new SignatureRefusedError('broken', 'the signature does not fit the text', { cause });
  }
}

function checkHeader({ jws, typ, signer }: TextToVerify): CompactJWSHeaderParameters {
  const header = parseHeader(jws);
  if (header.alg !== 'ES256') throw new SignatureRefusedError('wrong-algorithm', 'only ES256 signatures are accepted');
  if (header.typ !== typ) throw new SignatureRefusedError('wrong-type', `not signed as ${typ}`);
  if (header.kid !== signer) {
    throw new SignatureRefusedError('foreign-key', `not signed by ${signer}`);
  }
  return { ...header, alg: header.alg };
}

function parseHeader(jws: string): ReturnType<typeof decodeProtectedHeader> {
  try {
    return decodeProtectedHeader(jws);
  } catch (cause) {
    throw new SignatureRefusedError('malformed', 'not a compact JWS', { cause });
  }
}
