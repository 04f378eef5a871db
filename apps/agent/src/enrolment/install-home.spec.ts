import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOfCertificate } from '@longshore/pinning';
import { readAgentConfiguration } from '@longshore/agent-runtime';
import { anEnrolled } from '../testing/an-enrolled';
import { AgentSecrets } from '../trust/agent-secrets';
import { AgentInstalledError, checkHomeIsFree, writeHome } from './install-home';

const order = { type: 'web', gateways: ['https://127.0.0.1:7919'], minTlsVersion: 'TLSv1.3' } as const;

describe('a home', () => {
  let parent = '';
  beforeEach(() => (parent = mkdtempSync(join(tmpdir(), 'longshore-install-'))));
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('is written whole, private, and under the id that the server gave', async () => {
    const enrolled = await anEnrolled('quay-2');
    const home = writeHome(join(parent, 'a'), order, enrolled);
    expect(readAgentConfiguration(home.configuration)).toMatchObject({ id: 'quay-2', server: enrolled.server });
    const { identity } = new AgentSecrets(home, null);
    expect(fingerprintOfCertificate(identity.certificatePem)).toBe(enrolled.identity.fingerprint);
    for (const file of [home.identityKey, home.sealingKey, home.apiKey])
      expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(home.root).mode & 0o777).toBe(0o700);
    expect(readdirSync(parent)).toEqual(['a']);
    expect(() => checkHomeIsFree(home.root)).toThrow(AgentInstalledError);
  });

  it('leaves nothing half made when it fails', async () => {
    mkdirSync(join(parent, 'a'));
    writeFileSync(join(parent, 'a', 'other'), '');
    const enrolled = await anEnrolled();
    expect(() => writeHome(join(parent, 'a'), order, enrolled)).toThrow();
    expect(readdirSync(parent)).toEqual(['a']);
    expect(readdirSync(join(parent, 'a'))).toEqual(['other']);
  });

  it('may be installed again over what an interrupted installation left', () => {
    mkdirSync(join(parent, '.a.installing-1', 'conf'), { recursive: true });
    checkHomeIsFree(join(parent, 'a'));
    expect(readdirSync(parent)).toEqual([]);
  });

  it('is refused by flag where something else is, or where nobody may write', () => {
    writeFileSync(join(parent, 'file'), '');
    mkdirSync(join(parent, 'full'));
    writeFileSync(join(parent, 'full', 'x'), '');
    expect(() => checkHomeIsFree(join(parent, 'full'))).toThrow(/--home: .*holds something else/);
    expect(() => checkHomeIsFree(join(parent, 'file', 'a'))).toThrow(/--home: .*cannot be made/);
    expect(existsSync(join(parent, 'file'))).toBe(true);
  });
});
