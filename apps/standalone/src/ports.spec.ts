import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputInvalidError } from '@longshore/protocol';
import { parseOptions } from './options';
import { choosePorts, rememberPorts } from './ports';
import { PortsChangedError } from './standalone-errors';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'longshore-ports-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the ports of an installation', () => {
  it('are the standard ones at first, or three from the base', () => {
    expect(choosePorts(folder, undefined)).toEqual({ api: 8443, gateway: 7919, amqps: 7918 });
    expect(choosePorts(folder, 18443)).toEqual({ api: 18443, gateway: 18444, amqps: 18445 });
  });

  it('stay those of the first start, named or not', () => {
    rememberPorts(folder, choosePorts(folder, 18443));
    expect(choosePorts(folder, undefined)).toEqual({ api: 18443, gateway: 18444, amqps: 18445 });
    expect(choosePorts(folder, 18443)).toEqual({ api: 18443, gateway: 18444, amqps: 18445 });
    expect(statSync(join(folder, 'ports.json')).mode & 0o777).toBe(0o600);
  });

  it('are refused when others are named for a folder whose agents know these', () => {
    rememberPorts(folder, choosePorts(folder, 18443));
    expect(() => choosePorts(folder, 28443)).toThrow(PortsChangedError);
  });

  it('name the field of a file that was tampered with', () => {
    writeFileSync(join(folder, 'ports.json'), '{"api": 1, "gateway": "x", "amqps": 3}');
    expect(() => choosePorts(folder, undefined)).toThrow(InputInvalidError);
    expect(() => choosePorts(folder, undefined)).toThrow(/gateway/);
  });
});

describe('the options of npm start', () => {
  it('make paths absolute and default to loopback', () => {
    const options = parseOptions(['--data', folder, '--ready-file', 'ready.json']);
    expect(options).toMatchObject({ dataFolder: folder, host: '127.0.0.1', json: false });
    expect(options.readyFile).toBe(join(process.cwd(), 'ready.json'));
  });
});
