/**
 * What is a key of ours? P-256, made and kept by node:crypto, written as PKCS#8 and SPKI PEM.
 *
 * Every identity uses this one curve (docs/protocol.md, Identity and pins), so a key of another kind is refused
 * where it is read and not somewhere deep inside a signature.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { KeyUnusableError } from './trust-errors';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function createKeyPair(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

export function privateKeyToPem(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function publicKeyToPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

export function parsePrivateKey(pem: string): KeyPair {
  const privateKey = read('private', () => createPrivateKey(pem));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** Takes a SPKI PEM; for a certificate see `publicKeyOfCertificate`. */
export function parsePublicKey(pem: string): KeyObject {
  return read('public', () => createPublicKey(pem));
}

export function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

function read(kind: 'private' | 'public', parse: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch (cause) {
    throw new KeyUnusableError(`not a ${kind} key in PEM`, { cause });
  }
  if (!isP256(key)) throw new KeyUnusableError(`the ${kind} key is not a P-256 key`);
  return key;
}
