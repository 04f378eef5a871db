import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets, saveSecrets } from './installation-secrets';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'longshore-secrets-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the secrets of an installation', () => {
  it('are made once, kept privately, and found again', () => {
    const first = openSecrets(folder);
    expect(first.fresh).toBe(true);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    saveSecrets(folder, { ...first.secrets, apiToken: 'lst_later' });
    expect(openSecrets(folder)).toEqual({ fresh: false, secrets: { ...first.secrets, apiToken: 'lst_later' } });
  });

  it('differ between installations, and hold nothing that a configuration file would have to escape', () => {
    const { secrets } = openSecrets(folder);
    rmSync(join(folder, 'secrets.json'));
    expect(openSecrets(folder).secrets.adminPassword).not.toBe(secrets.adminPassword);
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain(secrets.brokerPassword);
    for (const secret of [secrets.adminPassword, secrets.brokerPassword]) expect(secret).toMatch(/^[\w-]{20,}$/);
  });
});
