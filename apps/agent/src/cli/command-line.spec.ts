import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { createApiKey, parseApiKey } from '@longshore/pinning';
import { takeMonitorLock } from '@longshore/agent-runtime';
import { writeHome } from '../enrolment/install-home';
import { anEnrolled } from '../testing/an-enrolled';

const order = { type: 'web', gateways: ['https://127.0.0.1:1'], minTlsVersion: 'TLSv1.3' } as const;

describe('longshore-agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-cli-'));
  const program = join(folder, 'main.js');
  beforeAll(() => {
    const entryPoints = [join(__dirname, '..', 'main.ts')];
    const tsconfig = join(__dirname, '..', '..', '..', '..', 'tsconfig.base.json');
    const external = ['@nestjs/*', 'class-validator', 'class-transformer', 'bufferutil', 'utf-8-validate'];
    buildSync({
      entryPoints,
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      tsconfig,
      external,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { PATH: process.env['PATH'], HOME: folder };
      execFile(process.execPath, [program, ...args], { env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out: out.trim(), err: err.trim() });
      });
    });

  it('helps', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const command of ['install', 'run', 'set-api-key', 're-pin', 'status', 'stop', 'uninstall'])
      expect(out).toContain(command);
  });

  it('says what is wrong with a command, in words and as JSON', async () => {
    expect(await run('install', '--type', 'web', '--yes')).toMatchObject({
      code: 2,
      err: 'longshore-agent: --token: is missing: give --token, --token-file or LONGSHORE_INSTALL_TOKEN, or choose --trust-on-first-use',
    });
    const { code, err } = await run('install', '--type', 'telex', '--json', '--yes');
    expect(code).toBe(2);
    expect(JSON.parse(err)).toEqual({
      error: { code: 'INPUT_INVALID', message: '--type: must be web or jms, not telex', field: '--type' },
    });
    expect(await run('status', '--home', join(folder, 'nothing'))).toMatchObject({
      code: 1,
      err: `longshore-agent: no agent is installed in ${join(folder, 'nothing')}`,
    });
    expect((await run('frobnicate')).code).toBe(2);
  });

  it('shows, stops and removes an agent that does not run', async () => {
    const home = writeHome(join(folder, 'quay-7'), order, await anEnrolled('quay-7'));
    const status = await run('status', '--home', home.root, '--json');
    expect(status.code).toBe(3);
    expect(JSON.parse(status.out)).toMatchObject({
      ...{ id: 'quay-7', type: 'web', home: home.root, running: false, pids: { monitor: null, worker: null } },
    });
    expect(await run('stop', '--home', home.root)).toMatchObject({ code: 0, out: 'quay-7 was not running' });
    expect(await run('uninstall', '--home', home.root)).toMatchObject({ code: 0, out: 'quay-7 is uninstalled' });
    expect((await run('status', '--home', home.root)).code).toBe(1);
  });

  it('shows pins and keys by name, and never a secret', async () => {
    const enrolled = await anEnrolled('quay-8');
    const home = writeHome(join(folder, 'quay-8'), order, enrolled);
    const { out } = await run('status', '--home', home.root);
    expect(out).toContain(enrolled.server.current);
    expect(out).toContain(enrolled.identity.fingerprint);
    const { id, secret } = parseApiKey(enrolled.answer.apiKey);
    expect(out).toContain(`API key ${id}; TLSv1.3 or later`);
    expect(JSON.parse((await run('status', '--home', home.root, '--json')).out)).toMatchObject({
      trust: { serverKey: enrolled.server.current, nextServerKey: enrolled.server.next, brokerLogin: null },
    });
    expect(out).not.toContain(secret);
  });

  it('puts an API key in place, whole, private and unspoken', async () => {
    const home = writeHome(join(folder, 'quay-9'), order, await anEnrolled('quay-9'));
    const file = join(folder, 'key');
    const before = readFileSync(home.apiKey, 'utf8');
    writeFileSync(file, 'lsk_cut_off');
    const refused = await run('set-api-key', '--home', home.root, '--api-key-file', file);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--api-key-file: ') as string });
    expect((await run('set-api-key', '--home', home.root)).err).toContain('--api-key-file: is missing');
    expect(readFileSync(home.apiKey, 'utf8')).toBe(before);
    const { text, id, secret } = createApiKey();
    writeFileSync(file, `${text}\n\n`);
    const { code, out } = await run('set-api-key', '--home', home.root, '--api-key-file', file);
    expect([code, out]).toEqual([0, `quay-9 has the API key ${id}`]);
    expect(out).not.toContain(secret);
    expect([readFileSync(home.apiKey, 'utf8'), statSync(home.apiKey).mode & 0o777]).toEqual([`${text}\n`, 0o600]);
  });

  it('comes back only while it does not run', async () => {
    const home = writeHome(join(folder, 'quay-10'), order, await anEnrolled('quay-10'));
    expect((await run('re-pin', '--home', home.root)).err).toContain('no answer from the gateway');
    const unlock = takeMonitorLock(home.monitorLock, home.root);
    expect((await run('re-pin', '--home', home.root, '--json')).err).toContain('AGENT_STILL_RUNNING');
    unlock();
  });

  it('fails to install without a server, and leaves nothing behind', async () => {
    const { err, code } = await run(
      ...['install', '--type', 'web', '--trust-on-first-use', '--server', 'https://127.0.0.1:9', '--yes'],
      ...['--home', join(folder, 'fresh')],
    );
    expect(code).toBe(1);
    expect(err).toContain('no answer from the gateway');
    expect((await run('status', '--home', join(folder, 'fresh'))).err).toContain('no agent is installed');
  });
});
