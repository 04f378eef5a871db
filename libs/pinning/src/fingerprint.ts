/**
 * By which short text is a peer's key remembered, and are two of them the same?
 *
 * A fingerprint is the SHA-256 of the DER SubjectPublicKeyInfo (docs/protocol.md, Identity and pins). It is taken
 * of the key alone, so the same key in a new certificate keeps its fingerprint: that is normal and wanted.
 */
import { createHash, timingSafeEqual, X509Certificate, type KeyObject } from 'node:crypto';
import { fingerprintSchema, type Fingerprint } from '@longshore/protocol';
import { CertificateUnreadableError, FingerprintInvalidError } from './trust-errors';

export function fingerprintOfPublicKey(publicKey: KeyObject): Fingerprint {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return fingerprintSchema.parse(`sha256/${createHash('sha256').update(spki).digest('base64')}`);
}

/** Takes PEM text or DER bytes. */
export function fingerprintOfCertificate(certificate: string | Uint8Array): Fingerprint {
  return fingerprintOfPublicKey(publicKeyOfCertificate(certificate));
}

/** Takes PEM text or DER bytes. Neither dates nor issuer are consulted: for a pinned peer only the key counts. */
export function publicKeyOfCertificate(certificate: string | Uint8Array): KeyObject {
  try {
    return new X509Certificate(certificate).publicKey;
  } catch (cause) {
    throw new CertificateUnreadableError({ cause });
  }
}

export function parseFingerprint(text: string): Fingerprint {
  const parsed = fingerprintSchema.safeParse(text.trim());
  if (!parsed.success) throw new FingerprintInvalidError({ cause: parsed.error });
  // 43 characters of base64 hold two bits more than 32 bytes; only one spelling of a fingerprint is accepted.
  const digest = parsed.data.slice('sha256/'.length);
  if (Buffer.from(digest, 'base64').toString('base64') !== digest) throw new FingerprintInvalidError();
  return parsed.data;
}

/** Constant time, although fingerprints are public: nobody then has to think about where it is called. */
export function isSameFingerprint(one: Fingerprint, other: Fingerprint): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
