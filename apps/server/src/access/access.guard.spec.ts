/**
 * Every route that is registered × every kind of caller × both ports, and the usual ways to write an address so that a
 * careless check overlooks it. What a caller may not do is refused alike, whatever the spelling.
 */
import { useDatabases } from '@longshore/testing';
import { anAgent, type AnAgent } from '../testing/an-agent';
import { anAgentKey } from '../testing/an-enrolment';
import { adminPassword, type Asking, aServer, type AServer, codeIn, parse } from '../testing/a-server';
import type { Audience } from './audience';
import type { MarkedRoute } from './route-marks';

const aDatabase = useDatabases();
const someId = '6f9619ff-8b86-4011-b42d-00c04fc964ff';

describe('the guard', () => {
  let server: AServer;
  let token: string;
  let approved: AnAgent;
  let awaiting: AnAgent;
  const stranger = anAgentKey();

  beforeAll(async () => {
    server = await aServer(await aDatabase());
    approved = await anAgent(server, { name: 'a' });
    awaiting = await anAgent(server, { name: 'b', withToken: false });
    const created = await server.asAdmin('/api/v1/api-tokens', { method: 'POST', body: { name: 'spec' } });
    token = parse<{ token: string }>(created.text).token;
  });
  afterAll(() => server.stop());

  const pathOf = ({ path }: MarkedRoute): string =>
    path.replace(':stream', 'stdout').replace(/:\w+/g, someId).replace('*', 'nothing.js');
  const portOf = (audience: Audience): 'operators' | 'agents' =>
    audience === 'operators' || audience === 'everyone' ? 'operators' : 'agents';
  const routesFor = (...audiences: Audience[]): MarkedRoute[] =>
    server.running.application.routes.filter(({ audience }) => audiences.includes(audience));
  const codeOf = async (port: 'operators' | 'agents', path: string, asking: Asking): Promise<string> => {
    const answer = await server.ask(port, path, asking);
    return `${answer.status} ${codeIn(answer)}`;
  };

  it('knows all routes, and what nobody else may do is most of them', () => {
    const { routes } = server.running.application;
    expect(routes.length).toBeGreaterThan(30);
    expect(
      routesFor('everyone')
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual([
      'GET /*',
      'GET /api/docs',
      'GET /api/docs/:file',
      'GET /api/docs/start.js',
      'GET /api/openapi.json',
      'GET /health/live',
      'GET /health/ready',
      'POST /api/v1/session',
    ]);
    expect(
      routesFor('any-key')
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['/agent/v1/enrol', '/agent/v1/re-pin']);
  });

  it('asks operators to sign in, on every route of theirs', async () => {
    for (const route of routesFor('operators')) {
      for (const authorization of ['', 'Bearer x', `Bearer ${token.slice(0, -1)}x`, `Bearer lsk_${token.slice(4)}`]) {
        const asked = codeOf('operators', pathOf(route), { method: route.method, headers: { authorization } });
        expect([route, await asked]).toEqual([route, '401 SIGN_IN_REQUIRED']);
      }
    }
  });

  it('lets no key, no stranger and no unapproved agent at the routes of agents', async () => {
    for (const route of routesFor('agents', 'enrolled-agents')) {
      const ask = (asking: Asking): Promise<string> =>
        codeOf('agents', pathOf(route), { method: route.method, ...asking });
      expect([route, await ask({})]).toEqual([route, '401 AGENT_KEY_MISSING']);
      expect([route, await ask({ headers: { authorization: `Bearer ${token}` } })]).toEqual([
        route,
        '401 AGENT_KEY_MISSING',
      ]);
      expect([route, await ask({ identity: stranger })]).toEqual([route, '401 AGENT_UNKNOWN']);
      expect([route, await ask({ identity: stranger, apiKey: approved.apiKey })]).toEqual([route, '401 PIN_REFUSED']);
      for (const apiKey of [awaiting.apiKey, `${approved.apiKey.slice(0, -1)}_`, token]) {
        const asked = ask({ identity: approved.identity, apiKey });
        expect([route, apiKey, await asked]).toEqual([route, apiKey, '401 API_KEY_REFUSED']);
      }
      expect([route, await ask({ identity: approved.identity })]).toEqual([route, '401 API_KEY_REFUSED']);
      if (route.audience === 'agents') {
        const waits = ask({ identity: awaiting.identity, apiKey: awaiting.apiKey });
        expect([route, await waits]).toEqual([route, '403 AGENT_NOT_APPROVED']);
      }
      const fromPage = { identity: approved.identity, apiKey: approved.apiKey, headers: { origin: 'https://evil' } };
      expect([route, await ask(fromPage)]).toEqual([route, '403 ORIGIN_REFUSED']);
    }
    expect((await awaiting.ask('/agent/v1/ping')).status).toBe(204);
    expect((await approved.ask('/agent/v1/ping')).status).toBe(204);
  });

  it('serves no route on the other port, whoever asks', async () => {
    for (const route of server.running.application.routes) {
      const wrong = portOf(route.audience) === 'operators' ? 'agents' : 'operators';
      const asking = {
        method: route.method,
        identity: approved.identity,
        headers: { authorization: `Bearer ${token}` },
      };
      expect([route, await codeOf(wrong, pathOf(route), asking)]).toEqual([route, '404 ROUTE_UNKNOWN']);
    }
  });

  it('is not led astray by the spelling of an address', async () => {
    const spellings = (path: string): string[] => [
      `/${path}`,
      `${path}/`,
      path.replace('/v1/', '//v1/'),
      path.replace('/v1/', '/%76%31/'),
      path.replace('/v1/', '/./v1/'),
      path.replace('/v1/', '/%2e/v1/'),
      path.replace('/v1/', '/x/../v1/'),
      path.replace('/v1/', '/V1/'),
      path.replace('/v1/', '/v1;a/'),
      `${path};a`,
      `${path}%00`,
      `${path}?_method=GET`,
      `/health/..${path}`,
      `/health/live/%2e%2e/%2e%2e${path}`,
    ];
    for (const route of server.running.application.routes.filter(
      ({ path }) => path.includes('/v1/') && path !== '/api/v1/session',
    )) {
      const asked = spellings(pathOf(route)).flatMap((spelling) =>
        (['operators', 'agents'] as const).map(async (port) => {
          const { status } = await server.ask(port, spelling, { method: route.method });
          expect({ spelling, port, refused: [400, 401, 404].includes(status) }).toEqual({
            spelling,
            port,
            refused: true,
          });
        }),
      );
      await Promise.all(asked);
    }
  }, 60_000);

  it('takes no other method for the one that it was', async () => {
    for (const route of routesFor('operators')) {
      for (const method of ['HEAD', 'OPTIONS', 'TRACE'].filter((name) => name !== route.method)) {
        const { status } = await server.ask('operators', pathOf(route), { method });
        expect([route, method, status]).toEqual([route, method, 404]);
      }
      const overridden = codeOf('operators', '/health/live', {
        method: 'POST',
        headers: { 'x-http-method-override': 'GET' },
      });
      expect(await overridden).toBe('404 ROUTE_UNKNOWN');
    }
  });

  it('lets a session cookie act only for pages of this server', async () => {
    const { apiPort } = server.settings;
    const headers = { cookie: `longshore_session_${apiPort}=${token}` };
    const create = { method: 'POST', body: {} };
    expect((await server.ask('operators', '/api/v1/me', { headers })).status).toBe(200);
    expect(await codeOf('operators', '/api/v1/install-tokens', { ...create, headers })).toBe('403 ORIGIN_REFUSED');
    expect(
      await codeOf('operators', '/api/v1/install-tokens', {
        ...create,
        headers: { ...headers, origin: 'https://evil' },
      }),
    ).toBe('403 ORIGIN_REFUSED');
    const own = { ...headers, origin: `https://127.0.0.1:${apiPort}` };
    expect((await server.ask('operators', '/api/v1/install-tokens', { ...create, headers: own })).status).toBe(201);
    const foreignSignIn = {
      method: 'POST',
      body: { user: 'admin', password: 'x' },
      headers: { origin: 'https://evil' },
    };
    expect(await codeOf('operators', '/api/v1/session', foreignSignIn)).toBe('403 ORIGIN_REFUSED');
  });

  it('keeps its session apart from that of another server on the same host', async () => {
    const { apiPort } = server.settings;
    const signedIn = await server.ask('operators', '/api/v1/session', {
      method: 'POST',
      body: { user: 'admin', password: adminPassword },
    });
    const [own = ''] = String(signedIn.headers['set-cookie']).split(';');
    expect(own).toMatch(new RegExp(`^longshore_session_${apiPort}=`));
    const other = `longshore_session_${apiPort + 1}=${token}`;
    const me = (cookie: string) => server.ask('operators', '/api/v1/me', { headers: { cookie } });
    expect((await me(`${other}; ${own}`)).status).toBe(200);
    expect((await me(other)).status).toBe(401);
  });

  it('forgets a removed agent and a revoked token at once', async () => {
    await server.asAdmin('/api/v1/agents/a', { method: 'DELETE' });
    const { identity, apiKey } = approved;
    expect(await codeOf('agents', '/agent/v1/ping', { identity, apiKey })).toBe('401 AGENT_UNKNOWN');
    await server.asAdmin(`/api/v1/api-tokens/${token.split('_')[1]}`, { method: 'DELETE' });
    expect(await codeOf('operators', '/api/v1/me', { headers: { authorization: `Bearer ${token}` } })).toBe(
      '401 SIGN_IN_REQUIRED',
    );
  });
});
