import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anAgent } from '../testing/contract-answers';
import { ok, useCommandLine } from '../testing/a-command-line';
import { openFakeServer, type FakeServer } from '../testing/fake-server';

const { folder, run } = useCommandLine();
let old: FakeServer;

beforeEach(async () => {
  old = await openFakeServer(
    ({ path }) =>
      path.endsWith('/session')
        ? ok({ user: 'admin', token: 'lss_session', expiresAt: '2030-01-01T00:00:00Z' })
        : path.endsWith('/agents')
          ? ok({ agents: [anAgent()], total: 1 })
          : null,
    { maxVersion: 'TLSv1.2' },
  );
});

afterEach(() => old.close());

const tokenEnvironment = () => ({
  LONGSHORE_CONFIG_HOME: folder(),
  LONGSHORE_SERVER: old.origin,
  LONGSHORE_TOKEN: 'lst_token',
  LONGSHORE_FINGERPRINT: old.fingerprint,
});

it('TLS 1.2 is spoken only where it is said', async () => {
  const environment = tokenEnvironment();
  expect((await run('agents', { environment })).code).toBe(4);
  expect(old.requests).toHaveLength(0);
  expect((await run('agents --tls-min TLSv1.2', { environment })).code).toBe(0);
  expect((await run('--tls-min TLSv1.2 agents list', { environment })).code).toBe(0);
  expect((await run('agents', { environment: { ...environment, LONGSHORE_TLS_MIN: 'TLSv1.2' } })).code).toBe(0);
});

it('a login remembers it, and a command may ask for more', async () => {
  const environment = { LONGSHORE_CONFIG_HOME: folder(), LONGSHORE_PASSWORD: 'secret' };
  const login = `login --server ${old.origin} --trust-on-first-use`;
  expect((await run(login, { environment })).code).toBe(4);
  expect((await run(`${login} --tls-min TLSv1.2`, { environment })).code).toBe(0);
  expect(JSON.parse(readFileSync(join(folder(), 'cli.json'), 'utf8'))).toMatchObject({ tlsMin: 'TLSv1.2' });
  expect((await run('agents', { environment })).code).toBe(0);
  expect((await run('agents --tls-min TLSv1.3', { environment })).code).toBe(4);
});

it.each(['TLSv1.1', 'SSLv3', '1.2'])('%s cannot be said', async (version) => {
  const environment = tokenEnvironment();
  const { code, terminal } = await run(`agents --tls-min ${version}`, { environment });
  expect([code, terminal.stderr()]).toEqual([2, 'longshore: --tls-min: must be TLSv1.3 or TLSv1.2\n']);
  const said = await run('agents', { environment: { ...environment, LONGSHORE_TLS_MIN: version } });
  expect([said.code, said.terminal.stderr()]).toEqual([2, expect.stringContaining('LONGSHORE_TLS_MIN: must be')]);
  expect(old.connections()).toBe(0);
});
