import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from './options';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'longshore-options-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('options of npm start', () => {
  it('speak TLS 1.3 and keep the broker’s key unless told otherwise', () => {
    expect(parseOptions(['--data', folder])).toMatchObject({ minTlsVersion: 'TLSv1.3', rotateBrokerKey: false });
    const told = parseOptions(['--data', folder, '--tls-min', '1.2', '--rotate-broker-key']);
    expect(told).toMatchObject({ minTlsVersion: 'TLSv1.2', rotateBrokerKey: true });
  });
});
