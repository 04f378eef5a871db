import { generateKeyPairSync } from 'node:crypto';
import { createKeyPair, parsePrivateKey, parsePublicKey, privateKeyToPem, publicKeyToPem } from './key-pair';
import { KeyUnusableError } from './trust-errors';

describe('a key', () => {
  it('survives being written and read', () => {
    const { privateKey, publicKey } = createKeyPair();
    expect(parsePrivateKey(privateKeyToPem(privateKey)).publicKey.equals(publicKey)).toBe(true);
    expect(parsePublicKey(publicKeyToPem(publicKey)).equals(publicKey)).toBe(true);
  });

  it('must be P-256', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(() => parsePrivateKey(privateKeyToPem(other.privateKey))).toThrow(KeyUnusableError);
    expect(() => parsePublicKey(publicKeyToPem(generateKeyPairSync('ed25519').publicKey))).toThrow(KeyUnusableError);
  });

  it('is not repeated in the complaint about it', () => {
    expect(() => parsePrivateKey('secret-garbage')).toThrow('not a private key in PEM');
  });
});
