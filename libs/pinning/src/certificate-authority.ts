/**
 * The private authority whose only purpose is that the broker accepts an agent's key at TLS level (mutual mode).
 *
 * The broker refuses self-signed clients, so the server signs the agent's own public key under the name
 * `a.<agentId>.<keyid>`; taking it back is deleting the broker user of that name, never a revocation list
 * (docs/protocol.md, Enrolment). The broker needs the authority's certificate even where mutual mode is off.
 */
import type { KeyObject } from 'node:crypto';
import { createKeyPair, parsePrivateKey, privateKeyToPem } from './key-pair';
import { CertificateNameInvalidError } from './trust-errors';
import { signCertificate } from './x509';

export interface CertificateAuthority {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

export interface ClientCertificateRequest {
  readonly ca: CertificateAuthority;
  readonly publicKey: KeyObject;
  /** Becomes the broker's user name. */
  readonly commonName: string;
}

const authorityName = 'Longshore agent authority';

export function createCertificateAuthority(): CertificateAuthority {
  const keys = createKeyPair();
  return {
    privateKeyPem: privateKeyToPem(keys.privateKey),
    certificatePem: signCertificate({
      commonName: authorityName,
      publicKey: keys.publicKey,
      issuer: { commonName: authorityName, ...keys },
      usage: 'authority',
      alternativeNames: [],
    }),
  };
}

/** Answers the certificate as PEM. */
export function issueClientCertificate({ ca, publicKey, commonName }: ClientCertificateRequest): string {
  if (!/^[a-z0-9.-]{1,128}$/.test(commonName)) {
    throw new CertificateNameInvalidError('a client name must be 1 to 128 of a-z, 0-9, . and -');
  }
  return signCertificate({
    commonName,
    publicKey,
    issuer: { commonName: authorityName, ...parsePrivateKey(ca.privateKeyPem) },
    usage: 'client',
    alternativeNames: [],
  });
}
