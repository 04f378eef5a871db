import { aFingerprint, anAgent, aSecurity } from '../testing/contract-answers';
import { done, ok, useCommandLine } from '../testing/a-command-line';
import { refuse } from '../testing/fake-server';

const { server, routes, run } = useCommandLine();
const agentPath = '/api/v1/agents/web-1';

describe('agents show', () => {
  it('tells who the agent is to the server', async () => {
    const mutualAuthentication = { ofAgent: true, byPolicy: false };
    const security = aSecurity({ mutualAuthentication, identityRequest: 'rotate-key' });
    routes[`GET ${agentPath}`] = () => ok(anAgent({ type: 'jms', teams: ['ops'], security }));
    const { terminal } = await run('agents show web-1');
    expect(terminal.stdout()).toMatch(/^Teams +ops$/m);
    expect(terminal.stdout()).toMatch(/^Key +sha256\/A{43}=$/m);
    expect(terminal.stdout()).toMatch(/^API key +k1, issued 2026-01-01T00:00:00Z$/m);
    expect(terminal.stdout()).toMatch(/^Client certificate +demanded by the broker, of this agent$/m);
    expect(terminal.stdout()).toMatch(/^Asked of it +to rotate its key$/m);
  });

  it('tells of a forgotten key and a revoked API key', async () => {
    const forgotten = { fingerprint: aFingerprint('B'), expiresAt: '2030-01-01T00:00:00Z', sameKeyAllowed: false };
    const security = aSecurity({ keyPinnedAt: null, apiKey: null, forgotten });
    routes[`GET ${agentPath}`] = () => ok(anAgent({ fingerprint: null, security }));
    const { terminal } = await run('agents show web-1');
    expect(terminal.stdout()).toMatch(/^Key +none is pinned$/m);
    expect(terminal.stdout()).toMatch(/^Forgotten key +sha256\/B{42}A=, stays out$/m);
    expect(terminal.stdout()).toMatch(/^New key until +2030-01-01T00:00:00Z$/m);
    expect(terminal.stdout()).toMatch(/^API key +revoked$/m);
  });
});

describe('agents approve', () => {
  beforeEach(() => {
    routes[`GET ${agentPath}`] = () => ok(anAgent({ connection: 'awaiting-approval' }));
    routes[`POST ${agentPath}/approve`] = () => ok(anAgent());
  });

  it('approves the key that somebody at the terminal has compared', async () => {
    const { code, terminal } = await run('agents approve web-1', { answers: ['yes'] });
    expect([code, terminal.stdout()]).toEqual([0, `web-1 is approved with the key ${aFingerprint('A')}\n`]);
    expect(terminal.stderr()).toContain(aFingerprint('A'));
    expect(server().requests.at(-1)?.body).toEqual({ fingerprint: aFingerprint('A') });
  });

  it('approves nothing where the key is another one', async () => {
    const { code } = await run('agents approve web-1', { answers: ['no'] });
    expect(code).toBe(2);
    expect(server().requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('passes the key on that a script names, and the refusal back', async () => {
    routes[`POST ${agentPath}/approve`] = () => refuse(409, 'FINGERPRINT_DIFFERS', 'it holds another key');
    const { code, terminal } = await run(`agents approve web-1 --fingerprint ${aFingerprint('B')}`);
    expect([code, terminal.stderr()]).toEqual([1, 'longshore: it holds another key\n']);
    expect(server().requests.map(({ body }) => body)).toEqual([{ fingerprint: aFingerprint('B') }]);
    const wrong = await run('agents approve web-1 --fingerprint sha256/short');
    expect([wrong.code, wrong.terminal.stderr()]).toEqual([2, expect.stringContaining('--fingerprint: ')]);
  });
});

describe.each([
  ['agents reject web-1', `POST ${agentPath}/reject`, 'web-1 is rejected\n'],
  ['agents remove web-1', `DELETE ${agentPath}`, 'web-1 is removed\n'],
  ['agents revoke-key web-1', `DELETE ${agentPath}/api-key`, 'the API key of web-1 is revoked\n'],
])('"%s"', (words, route, said) => {
  beforeEach(() => {
    routes[route] = done;
  });

  it('is done where somebody says yes, or a script has said so', async () => {
    expect((await run(words, { answers: ['yes'] })).terminal.stdout()).toBe(said);
    expect((await run(`${words} --yes`)).terminal.stdout()).toBe(said);
    expect(server().requests).toHaveLength(2);
  });

  it('is not done otherwise', async () => {
    const declined = await run(words, { answers: [''] });
    expect([declined.code, declined.terminal.stderr()]).toEqual([2, expect.stringContaining('nothing was done')]);
    const silent = await run(words);
    expect([silent.code, silent.terminal.stderr()]).toEqual([2, expect.stringContaining('--yes: is missing')]);
    expect(server().requests).toHaveLength(0);
  });
});

describe('agents forget-certificate', () => {
  beforeEach(() => {
    const forgotten = { fingerprint: aFingerprint('A'), expiresAt: '2030-01-01T00:00:00Z', sameKeyAllowed: false };
    routes[`POST ${agentPath}/forget-certificate`] = () =>
      ok(anAgent({ fingerprint: null, security: aSecurity({ forgotten }) }));
  });

  it('keeps the old key out for good and a day for the new one, unless it is said', async () => {
    const { terminal } = await run('agents forget-certificate web-1 --yes');
    expect(terminal.stdout()).toBe(
      'the key of web-1 is forgotten; a new one can be pinned until 2030-01-01T00:00:00Z\n',
    );
    await run('agents forget-certificate web-1 --yes --allow-same-key --valid-for 90m');
    expect(server().requests.map(({ body }) => body)).toEqual([
      { allowSameKey: false, expiresInMinutes: 1440 },
      { allowSameKey: true, expiresInMinutes: 90 },
    ]);
  });

  it.each(['31d', '0h', '1w', '90', 'soon'])('refuses %s as a time', async (time) => {
    const { code, terminal } = await run(`agents forget-certificate web-1 --yes --valid-for ${time}`);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining('--valid-for: must be like 30m')]);
    expect(server().requests).toHaveLength(0);
  });

  it('is not done where nobody has confirmed it', async () => {
    expect((await run('agents forget-certificate web-1')).code).toBe(2);
    expect(server().requests).toHaveLength(0);
  });
});
