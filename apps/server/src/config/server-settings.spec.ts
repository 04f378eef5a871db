import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSettings } from './describe-settings';
import { readServerSettings, SettingsInvalidError } from './server-settings';

const enough = { DATABASE_URL: 'postgresql://u:s3cret@localhost/db', LONGSHORE_DATA: '/data' };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readServerSettings(environment);
  } catch (error) {
    if (error instanceof SettingsInvalidError) return error.problems;
    throw error;
  }
  return [];
}

describe('the server settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-settings-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const fileWith = (content: string): string => {
    const path = join(folder, 'settings.yaml');
    writeFileSync(path, content);
    return path;
  };

  it('need no more than a database and a data folder', () => {
    const settings = readServerSettings(enough);
    expect(settings).toMatchObject({ host: '127.0.0.1', apiPort: 8443, gatewayPort: 7919, brokerUrl: null });
    expect(settings.gatewayAddresses).toEqual(['https://127.0.0.1:7919']);
  });

  it('take the environment over the file', () => {
    const LONGSHORE_CONFIG = fileWith('apiPort: 1000\ngatewayPort: 1001\n');
    expect(readServerSettings({ ...enough, LONGSHORE_CONFIG, LONGSHORE_API_PORT: '2000' })).toMatchObject({
      apiPort: 2000,
      gatewayPort: 1001,
    });
  });

  it('name everything that is wrong or unknown at once', () => {
    const LONGSHORE_CONFIG = fileWith('colour: red\nheartbeatMs: 1\n');
    const problems = problemsOf({
      LONGSHORE_CONFIG,
      LONGSHORE_API_PROT: '1',
      LONGSHORE_REPLICA: 'perhaps',
      DATABASE_URL: 'mysql://u:s3cret@h/d',
    });
    expect(problems).toHaveLength(6);
    for (const name of [
      'colour',
      'heartbeatMs',
      'LONGSHORE_API_PROT',
      'LONGSHORE_REPLICA',
      'DATABASE_URL',
      'dataFolder',
    ]) {
      expect(problems).toContainEqual(expect.stringContaining(name));
    }
    expect(problems).toContain('dataFolder (LONGSHORE_DATA) is missing');
  });

  it('never repeat a value, for it may be a credential', () => {
    expect(problemsOf({ ...enough, BROKER_URL: 'http://u:s3cret@h' }).join()).not.toContain('s3cret');
  });

  it('speak TLS 1.3 only, 1.2 by wish, and nothing older', () => {
    expect(readServerSettings(enough).minTlsVersion).toBe('TLSv1.3');
    expect(readServerSettings({ ...enough, LONGSHORE_TLS_MIN: 'TLSv1.2' }).minTlsVersion).toBe('TLSv1.2');
    expect(problemsOf({ ...enough, LONGSHORE_TLS_MIN: 'TLSv1.1' })).toEqual([
      expect.stringContaining('LONGSHORE_TLS_MIN'),
    ]);
  });

  it('want all of a broker or nothing of it', () => {
    expect(problemsOf({ ...enough, BROKER_URL: 'amqps://u:p@h:7918/v' })).toEqual([
      expect.stringContaining('BROKER_MANAGEMENT_URL'),
      expect.stringContaining('BROKER_FINGERPRINTS'),
    ]);
  });

  it('tell agents the address of the broker unless another is given', () => {
    const BROKER_FINGERPRINTS = `sha256/${'A'.repeat(43)}=`;
    const broker = {
      BROKER_URL: 'amqps://u:p@broker:7918/v',
      BROKER_MANAGEMENT_URL: 'http://u:p@127.0.0.1:1',
      BROKER_FINGERPRINTS,
    };
    expect(readServerSettings({ ...enough, ...broker }).brokerAddresses).toEqual(['broker:7918']);
    expect(
      readServerSettings({ ...enough, ...broker, LONGSHORE_BROKER_ADDRESSES: 'a:1, b:2' }).brokerAddresses,
    ).toEqual(['a:1', 'b:2']);
  });

  it('are all described', () => {
    expect(describeSettings()).toContain('| `apiPort` | `LONGSHORE_API_PORT` | `8443` |');
    expect(describeSettings()).toContain('| `dataFolder` | `LONGSHORE_DATA` | required |');
  });
});
