import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { fingerprintOfCertificate, fingerprintOfPublicKey, isSameFingerprint, parseFingerprint } from './fingerprint';
import { createKeyPair, publicKeyToPem } from './key-pair';
import { CertificateUnreadableError, FingerprintInvalidError } from './trust-errors';

describe('a fingerprint', () => {
  it('is the SHA-256 of the DER SubjectPublicKeyInfo', () => {
    const { publicKey } = createKeyPair();
    const pem = publicKeyToPem(publicKey);
    const der = Buffer.from(pem.replaceAll(/-----.*-----|\n/g, ''), 'base64');
    expect(fingerprintOfPublicKey(publicKey)).toBe(`sha256/${createHash('sha256').update(der).digest('base64')}`);
  });

  it('is read back from its text for every digest, and only from its one spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat({ max: 2 }), (digest, shift) => {
        const text = `sha256/${Buffer.from(digest).toString('base64')}`;
        expect(isSameFingerprint(parseFingerprint(` ${text}\n`), parseFingerprint(text))).toBe(true);
        const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
        const last = alphabet.indexOf(text.at(-2) ?? '');
        const respelt = `${text.slice(0, -2)}${alphabet[last + shift + 1]}=`;
        expect(() => parseFingerprint(respelt)).toThrow(FingerprintInvalidError);
      }),
    );
  });

  it.each(['', 'sha256/', 'SHA256:abc', `sha1/${'A'.repeat(43)}=`, `sha256/${'A'.repeat(44)}=`])(
    'is not %j',
    (text) => {
      expect(() => parseFingerprint(text)).toThrow(FingerprintInvalidError);
    },
  );

  it('differs for different keys', () => {
    const [one, other] = [createKeyPair(), createKeyPair()].map(({ publicKey }) => fingerprintOfPublicKey(publicKey));
    expect(one !== undefined && other !== undefined && isSameFingerprint(one, other)).toBe(false);
  });

  it('cannot be had of something that is no certificate', () => {
    expect(() => fingerprintOfCertificate('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toThrow(
      CertificateUnreadableError,
    );
  });
});
