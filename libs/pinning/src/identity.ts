/**
 * What makes up an identity of ours: a P-256 key and a self-signed certificate that names its holder in a SAN URI
 * (`longshore:server:<id>`, `longshore:agent:<id>`, `longshore:broker:<node>`, `longshore:relay:<id>`).
 *
 * The key is the identity and the certificate only its envelope: renewing the certificate changes no pin
 * (docs/protocol.md, Identity and pins).
 */
import { z } from 'zod';
import type { Fingerprint } from '@longshore/protocol';
import { fingerprintOfPublicKey } from './fingerprint';
import { createKeyPair, parsePrivateKey, privateKeyToPem, type KeyPair } from './key-pair';
import { CertificateNameInvalidError } from './trust-errors';
import { signCertificate, type AlternativeName } from './x509';

export type IdentityKind = 'server' | 'agent' | 'broker' | 'relay';

export interface IdentityNames {
  readonly kind: IdentityKind;
  readonly id: string;
  /** Only for clients that are not ours (browsers): between ours no host name is ever consulted. */
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}

export interface Identity {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  readonly fingerprint: Fingerprint;
}

export function createIdentity(names: IdentityNames): Identity {
  return identityOf(createKeyPair(), names);
}

/** The same key in a new certificate, for instance with another host name. */
export function renewCertificate(names: IdentityNames & { readonly privateKeyPem: string }): Identity {
  return identityOf(parsePrivateKey(names.privateKeyPem), names);
}

function identityOf(keys: KeyPair, names: IdentityNames): Identity {
  const commonName = `Longshore ${names.kind}`;
  return {
    privateKeyPem: privateKeyToPem(keys.privateKey),
    certificatePem: signCertificate({
      commonName,
      publicKey: keys.publicKey,
      issuer: { commonName, ...keys },
      usage: 'identity',
      alternativeNames: alternativeNames(names),
    }),
    fingerprint: fingerprintOfPublicKey(keys.publicKey),
  };
}

function alternativeNames({ kind, id, dnsNames = [], ipAddresses = [] }: IdentityNames): AlternativeName[] {
  if (!/^[\w.@-]{1,255}$/.test(id)) {
    throw new CertificateNameInvalidError(`the id of a ${kind} must be 1 to 255 of letters, digits, _ . @ -`);
  }
  for (const name of dnsNames) {
    if (!/^[a-zA-Z0-9*]([a-zA-Z0-9._-]{0,251}[a-zA-Z0-9])?$/.test(name)) {
      throw new CertificateNameInvalidError(`${JSON.stringify(name)} is not a host name`);
    }
  }
  for (const address of ipAddresses) {
    if (!z.union([z.ipv4(), z.ipv6()]).safeParse(address).success) {
      throw new CertificateNameInvalidError(`${JSON.stringify(address)} is not an IP address`);
    }
  }
  return [
    { kind: 'uri', value: `longshore:${kind}:${id}` },
    ...dnsNames.map((value) => ({ kind: 'dns', value }) as const),
    ...ipAddresses.map((value) => ({ kind: 'ip', value }) as const),
  ];
}
