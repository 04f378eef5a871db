import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createIdentity, fingerprintOfCertificate, type Identity } from '@longshore/pinning';
import type { AgentHome } from '@longshore/agent-runtime';
import { anAgentId, anInstalledHome } from '../testing/a-home';
import {
  IdentityMissingError,
  adoptNextIdentity,
  dropNextIdentity,
  mendIdentity,
  readIdentity,
  readNextIdentity,
  writeNextIdentity,
} from './identity-files';
import { certifyAgent } from './certify-agent';

const aKey = (): Identity => createIdentity({ kind: 'agent', id: anAgentId });
const read = (home: AgentHome) => readIdentity(home, certifyAgent(anAgentId));
const readNext = (home: AgentHome) => readNextIdentity(home, certifyAgent(anAgentId));

/** A key with its certificate: never one of one identity and one of another. */
function expectWhole(identity: Identity | null): void {
  if (identity === null) return;
  expect(fingerprintOfCertificate(identity.certificatePem)).toBe(identity.fingerprint);
}

describe('the identity on disk', () => {
  it('becomes another in one step', async () => {
    using installed = await anInstalledHome();
    const { home, secrets } = installed;
    const next = aKey();
    expect(readNext(home)).toBeNull();
    writeNextIdentity(home, next);
    for (const path of [home.nextIdentityKey, home.nextIdentityCertificate])
      expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([readNext(home)?.fingerprint, read(home).fingerprint]).toEqual([
      next.fingerprint,
      secrets.identity.fingerprint,
    ]);
    adoptNextIdentity(home);
    expect([read(home), readNext(home)]).toEqual([next, null]);
    expect(statSync(home.identityKey).mode & 0o777).toBe(0o600);
    writeNextIdentity(home, aKey());
    dropNextIdentity(home);
    expect([read(home), readNext(home)]).toEqual([next, null]);
  });

  const crashes: [string, (home: AgentHome, next: Identity) => void, 'old' | 'new'][] = [
    ['with the certificate of the next written', ({ nextIdentityKey }) => rmSync(nextIdentityKey), 'old'],
    ['with the next written', () => undefined, 'old'],
    ['with the key adopted', ({ nextIdentityKey, identityKey }) => renameSync(nextIdentityKey, identityKey), 'new'],
    ['with both adopted', (home) => adoptNextIdentity(home), 'new'],
    [
      'when the disk kept the second step and lost the first',
      (home) => renameSync(home.nextIdentityCertificate, home.identityCertificate),
      'old',
    ],
    [
      'with the key adopted and the certificate half written',
      (home) => {
        renameSync(home.nextIdentityKey, home.identityKey);
        writeFileSync(home.nextIdentityCertificate, '-----BEGIN CERT');
      },
      'new',
    ],
    [
      'with the key adopted and no certificate left',
      (home) => {
        renameSync(home.nextIdentityKey, home.identityKey);
        rmSync(home.nextIdentityCertificate);
        rmSync(home.identityCertificate);
      },
      'new',
    ],
    ['with the next key dropped, and not its certificate', ({ nextIdentityKey }) => rmSync(nextIdentityKey), 'old'],
  ];
  it.each(crashes)('is whole after a crash %s', async (_when, crash, expected) => {
    using installed = await anInstalledHome();
    const { home, secrets } = installed;
    const next = aKey();
    writeNextIdentity(home, next);
    crash(home, next);
    const fingerprint = expected === 'old' ? secrets.identity.fingerprint : next.fingerprint;
    for (const mend of [
      () => undefined,
      () => mendIdentity(home, certifyAgent(anAgentId)),
      () => mendIdentity(home, certifyAgent(anAgentId)),
    ]) {
      mend();
      expect(read(home).fingerprint).toBe(fingerprint);
      expectWhole(read(home));
      expectWhole(readNext(home));
    }
    expect(fingerprintOfCertificate(readFileSync(home.identityCertificate))).toBe(fingerprint);
    expect(existsSync(home.nextIdentityKey)).toBe(readNext(home) !== null);
    if (readNext(home) === null) expect(existsSync(home.nextIdentityCertificate)).toBe(false);
  });

  it('is none without its key', async () => {
    using installed = await anInstalledHome();
    const { home } = installed;
    copyFileSync(home.identityKey, home.nextIdentityKey);
    rmSync(home.identityKey);
    expect(() => read(home)).toThrow(IdentityMissingError);
  });
});
