/**
 * How does an agent hold its key on disk so that a crash never leaves a key with a certificate of another?
 *
 * The key file alone decides: a certificate is only the envelope of its key, so one that does not fit is passed over
 * for one that does, or made anew. A key that is not pinned yet waits in `identity.next.*`; it becomes the agent's by
 * getting the name `identity.key`. Whatever a power cut leaves of that can be read (docs/protocol.md, Identity and pins).
 */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type AgentHome, syncFolder, writePrivateFile } from '@longshore/agent-runtime';
import { type Identity, createSigner, fingerprintOfCertificate } from '@longshore/pinning';
import { LongshoreError } from '@longshore/protocol';

export class IdentityMissingError extends LongshoreError {
  constructor(path: string, options: { readonly cause?: unknown } = {}) {
    super('IDENTITY_MISSING', 'stop', `${path} cannot be read: without its key this is no agent`, options);
  }
}

/** Makes a certificate where none fits the key. Without it, as in a worker, such an identity is refused. */
export type Certify = (privateKeyPem: string) => Identity;

export function readIdentity(home: AgentHome, certify: Certify | null): Identity {
  const privateKeyPem = textOf(home.identityKey);
  if (privateKeyPem === null) throw new IdentityMissingError(home.identityKey);
  return identityOf(privateKeyPem, [home.identityCertificate, home.nextIdentityCertificate], certify);
}

/** Null: no other key or certificate is on its way. */
export function readNextIdentity(home: AgentHome, certify: Certify | null): Identity | null {
  const privateKeyPem = textOf(home.nextIdentityKey);
  if (privateKeyPem === null) return null;
  return identityOf(privateKeyPem, [home.nextIdentityCertificate, home.identityCertificate], certify);
}

/** The key last: where it stands, there is a next identity. */
export function writeNextIdentity(home: AgentHome, { privateKeyPem, certificatePem }: Identity): void {
  writePrivateFile(home.nextIdentityCertificate, certificatePem);
  writePrivateFile(home.nextIdentityKey, privateKeyPem);
}

/** From here on the next identity is the agent's. */
export function adoptNextIdentity(home: AgentHome): void {
  renameSync(home.nextIdentityKey, home.identityKey);
  syncFolder(dirname(home.identityKey));
  if (existsSync(home.nextIdentityCertificate)) renameSync(home.nextIdentityCertificate, home.identityCertificate);
  syncFolder(dirname(home.identityKey));
}

/** The key first, for the same reason. */
export function dropNextIdentity(home: AgentHome): void {
  for (const path of [home.nextIdentityKey, home.nextIdentityCertificate]) {
    rmSync(path, { force: true });
    syncFolder(dirname(path));
  }
}

/** Ends an adoption that a crash interrupted, so that key and certificate stand side by side again. */
export function mendIdentity(home: AgentHome, certify: Certify): void {
  const identity = readIdentity(home, certify);
  if (textOf(home.identityCertificate) !== identity.certificatePem) {
    writePrivateFile(home.identityCertificate, identity.certificatePem);
  }
  if (!existsSync(home.nextIdentityKey)) dropNextIdentity(home);
}

function identityOf(privateKeyPem: string, certificates: readonly string[], certify: Certify | null): Identity {
  const { fingerprint } = createSigner(privateKeyPem);
  const certificatePem = certificates.map(textOf).find((pem) => pem !== null && certifiedKey(pem) === fingerprint);
  if (certificatePem === undefined || certificatePem === null) {
    if (certify === null) throw new IdentityMissingError(certificates[0] ?? '');
    return certify(privateKeyPem);
  }
  return { privateKeyPem, certificatePem, fingerprint };
}

function certifiedKey(pem: string): string | null {
  try {
    return fingerprintOfCertificate(pem);
  } catch {
    return null;
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
