import { randomUUID } from 'node:crypto';
import { createIdentity } from '@longshore/pinning';
import { gatewayPaths } from '@longshore/protocol';
import { type Answered, ask, type Asking, type Line, openLine } from '../attacker/ask';
import { aRevokedToken, anApiToken, anExpiredToken } from '../attacker/api-tokens';
import { enrol } from '../attacker/enrolled-agent';
import { aRequest, sayTo } from '../attacker/raw-line';
import { held, record, sampled } from '../report/row';
import { Agent } from '../site/agent';
import type { SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';
import { startWaitingStep } from '../site/work';
import { addressOf, allRoutes, countHandlers, type Owner, publicPages, type Route } from './routes';

interface Principal {
  readonly name: string;
  readonly port: 'api' | 'gateway';
  readonly asking: Pick<Asking, 'headers' | 'identity'>;
  /** Whose routes it may call. */
  readonly may: readonly Owner[];
}

const bearer = (text: string) => ({ headers: { authorization: `Bearer ${text}` } });

/** Everybody but those who may; the last character of a token changed is a token that never was. */
async function principalsOf(site: SiteFacts, stepToken: string | null): Promise<readonly Principal[]> {
  const id = randomUUID().slice(0, 8);
  const [agent, other] = [await enrol(site, { name: `m-${id}` }), await enrol(site, { name: `o-${id}` })];
  const waiting = await enrol(site, { name: `w-${id}`, token: null });
  const stranger = createIdentity({ kind: 'agent', id: 'stranger' });
  const { token } = await anApiToken(site);
  const garbage = `lss_${randomUUID()}_${'x'.repeat(43)}`;
  const ofStep = stepToken ?? garbage;
  const none = [] as const;
  const keyOnly = ['any-key'] as const;
  const { identity } = agent;
  return [
    { name: 'nobody', port: 'api', asking: {}, may: none },
    { name: 'garbage as a token', port: 'api', asking: bearer('x'), may: none },
    { name: 'an empty token', port: 'api', asking: bearer(''), may: none },
    { name: 'a token with another end', port: 'api', asking: bearer(`${token.slice(0, -2)}zz`), may: none },
    { name: 'an expired token', port: 'api', asking: bearer(await anExpiredToken(site)), may: none },
    { name: 'a revoked token', port: 'api', asking: bearer(await aRevokedToken(site)), may: none },
    { name: "an agent's API key", port: 'api', asking: bearer(agent.apiKey), may: none },
    { name: "an agent's key and API key", port: 'api', asking: { ...agent, headers: agent.headers }, may: none },
    { name: 'a step token', port: 'api', asking: bearer(ofStep), may: none },
    { name: 'a step token', port: 'gateway', asking: bearer(ofStep), may: ['steps'] },
    {
      name: "a step token, an agent's key",
      port: 'gateway',
      asking: { identity, ...bearer(ofStep) },
      may: ['any-key', 'steps'],
    },
    { name: 'a token in the address', port: 'api', asking: { headers: { 'x-token': token } }, may: none },
    { name: 'a foreign cookie', port: 'api', asking: { headers: { cookie: `longshore_session=${token}` } }, may: none },
    { name: 'nobody', port: 'gateway', asking: {}, may: none },
    { name: 'an operator without a key', port: 'gateway', asking: bearer(token), may: none },
    { name: 'an API key without its key', port: 'gateway', asking: bearer(agent.apiKey), may: none },
    { name: 'a step token that never was', port: 'gateway', asking: bearer(garbage), may: none },
    { name: 'an unknown key', port: 'gateway', asking: { identity: stranger }, may: keyOnly },
    {
      name: "an unknown key, an agent's API key",
      port: 'gateway',
      asking: { identity: stranger, ...(agent.headers && { headers: agent.headers }) },
      may: keyOnly,
    },
    {
      name: 'an unknown key, an operator',
      port: 'gateway',
      asking: { identity: stranger, ...bearer(token) },
      may: keyOnly,
    },
    { name: "an agent's key alone", port: 'gateway', asking: { identity }, may: keyOnly },
    {
      name: "an agent's key, another's API key",
      port: 'gateway',
      asking: { identity, headers: other.headers },
      may: keyOnly,
    },
    { name: "an agent's key, an operator", port: 'gateway', asking: { identity, ...bearer(token) }, may: keyOnly },
    {
      name: 'an agent that waits for approval',
      port: 'gateway',
      asking: { identity: waiting.identity, headers: waiting.headers },
      may: ['any-key', 'agents'],
    },
  ];
}

const portOf = (site: SiteFacts, port: Principal['port']): number => (port === 'api' ? site.apiPort : site.gatewayPort);
const bodyFor = ({ method }: Route): Pick<Asking, 'body'> => (['GET', 'DELETE'].includes(method) ? {} : { body: {} });

/** Refused at the door: by the guard, or because the route does not exist there. */
const isRefused = ({ status, code }: Answered): boolean =>
  status === 401 || status === 403 || (status === 404 && code === 'ROUTE_UNKNOWN');

async function tryMatrix(
  site: SiteFacts,
  routes: readonly Route[],
  stepToken: string | null,
): Promise<{ tried: number; through: string[] }> {
  const through: string[] = [];
  let tried = 0;
  for (const { name, port, asking, may } of await principalsOf(site, stepToken)) {
    const line = openLine(portOf(site, port), asking.identity);
    for (const route of routes.filter(({ owner }) => owner !== 'everyone' && !may.includes(owner))) {
      const { method } = route;
      const answered = await line.ask(addressOf(route), {
        ...{ method, ...bodyFor(route) },
        ...(asking.headers === undefined ? {} : { headers: asking.headers }),
      });
      tried += 1;
      if (!isRefused(answered)) through.push(`${name} at ${port}: ${method} ${route.path} → ${answered.status}`);
    }
    await line.close();
  }
  return { tried, through };
}

const spellingsOf = (path: string): readonly string[] => [
  `/${path}`,
  `${path}/`,
  `${path}//`,
  path.replace('/v1/', '//v1/'),
  path.replace('/v1/', '/%76%31/'),
  path.replace('/v1/', '/./v1/'),
  path.replace('/v1/', '/%2e/v1/'),
  path.replace('/v1/', '/x/../v1/'),
  path.replace('/v1/', '/x/%2e%2e/v1/'),
  path.replace('/v1/', '/V1/'),
  path.toUpperCase(),
  path.replace('/v1/', '/v1;a/'),
  path.replace('/v1/', '%2fv1%2f'),
  path.replace('/v1/', '\\v1\\'),
  `${path};a`,
  `${path};a=b/`,
  `${path}%00`,
  `${path}%20`,
  `${path}?_method=GET`,
  `${path}#x`,
  `/health/..${path}`,
  `/health/live/%2e%2e/%2e%2e${path}`,
  `/health/live;/..${path}`,
];

const methods = ['HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'get', 'QUERY'];
const overrides = ['x-http-method-override', 'x-method-override', 'x-http-method'];

/** A variant of an address is refused when it is neither answered nor makes the server fall. */
async function trySpellings(site: SiteFacts, routes: readonly Route[]): Promise<{ tried: number; through: string[] }> {
  const through: string[] = [];
  let tried = 0;
  const note = (what: string, { status }: Answered): void => {
    tried += 1;
    if (status < 400 || status >= 500) through.push(`${what} → ${status}`);
  };
  for (const port of ['api', 'gateway'] as const) {
    let line: Line = openLine(portOf(site, port));
    const ask = async (what: string, path: string, asking: Asking): Promise<void> => {
      try {
        note(`${port}: ${what}`, await line.ask(path, asking));
      } catch {
        // Closed without an answer, or not even writable for our own client: that is no way in.
        tried += 1;
        await line.close();
        line = openLine(portOf(site, port));
      }
    };
    for (const route of routes) {
      const { method } = route;
      const path = addressOf(route);
      for (const spelling of spellingsOf(path)) await ask(`${method} ${spelling}`, spelling, { method });
      for (const other of methods) await ask(`${other} ${path}`, path, { method: other });
      for (const name of overrides) await ask(`${name} ${path}`, path, { method: 'POST', headers: { [name]: method } });
    }
    await line.close();
  }
  return { tried, through };
}

/** Written by hand, because no client would: the target, the host and the length say different things. */
const oddRequests = (path: string): Readonly<Record<string, string>> => {
  const smuggled = aRequest('GET', path);
  const post = (...headers: string[]): string =>
    `POST /health/live HTTP/1.1\r\nhost: a\r\n${headers.join('\r\n')}\r\n\r\n`;
  return {
    'absolute target': aRequest('GET', `https://127.0.0.1${path}`),
    'absolute target of a public page': aRequest('GET', `https://127.0.0.1/health/live/..${path}`),
    'another host': aRequest('GET', path, { host: 'localhost:1' }),
    'forwarded host and address': aRequest('GET', path, {
      'x-forwarded-host': 'a',
      'x-forwarded-for': '127.0.0.1',
      forwarded: 'for=127.0.0.1',
    }),
    'original url': aRequest('GET', '/nothing/x', { 'x-original-url': path, 'x-rewrite-url': path }),
    'two hosts': `GET ${path} HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n`,
    'no host': `GET ${path} HTTP/1.1\r\nconnection: close\r\n\r\n`,
    'HTTP/1.0': `GET ${path} HTTP/1.0\r\n\r\n`,
    'HTTP/0.9': `GET ${path}\r\n`,
    'length and chunks': `${post('content-length: 4', 'transfer-encoding: chunked')}0\r\n\r\n${smuggled}`,
    'chunks and length': `${post('transfer-encoding: chunked', 'content-length: 5')}0\r\n\r\n${smuggled}`,
    'two lengths': `${post('content-length: 0', `content-length: ${smuggled.length}`)}${smuggled}`,
    'an odd encoding': `${post('transfer-encoding: xchunked')}0\r\n\r\n${smuggled}`,
    'a folded header': `${post('transfer-encoding:\r\n chunked', 'content-length: 3')}0\r\n\r\n${smuggled}`,
    'a bare line feed': `GET ${path} HTTP/1.1\nhost: a\n\n`,
    'a space before the colon': `${post('content-length : 4')}abcd${smuggled}`,
    'a target with a space': `GET ${path} x HTTP/1.1\r\nhost: a\r\n\r\n`,
    CONNECT: `CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: a\r\n\r\n`,
    'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a header larger than all': aRequest('GET', path, { 'x-large': 'x'.repeat(70_000) }),
  };
};

async function tryOddRequests(site: SiteFacts): Promise<{ tried: number; through: string[] }> {
  const cases = ['/api/v1/agents', '/agent/v1/ping'].flatMap((path) =>
    (['api', 'gateway'] as const).flatMap((port) =>
      Object.entries(oddRequests(path)).map(([name, text]) => ({ port, name, text, path })),
    ),
  );
  const answers = await Promise.all(
    cases.map(async ({ port, name, text, path }) => {
      const { statuses } = await sayTo(portOf(site, port), text).catch(() => ({ statuses: [] }));
      return { name: `${name} ${path} at ${port}`, statuses };
    }),
  );
  const isThrough = ({ statuses }: { statuses: readonly number[] }): boolean =>
    statuses.some((status) => status < 400 || status >= 500);
  return {
    tried: cases.length,
    through: answers.filter(isThrough).map(({ name, statuses }) => `${name} → ${statuses}`),
  };
}

async function attempt(attack: string, run: (site: SiteFacts) => ReturnType<typeof tryMatrix>): Promise<void> {
  const real = await run(realSite());
  const control = await run(await weakSite('access-guard'));
  expect(real.through).toEqual([]);
  const row = record({
    ...{ attack, attempts: real.tried, refused: real.tried - real.through.length },
    control: { weakening: 'access-guard', attempts: control.tried, succeeded: control.through.length },
  });
  expect(row).toEqual(held(real.tried));
}

describe('when routes are tried', () => {
  let routes: readonly Route[];
  beforeAll(async () => {
    routes = await allRoutes(realSite());
  });

  it('has every route in the matrix', () => {
    expect(routes.length + publicPages.length).toBeGreaterThanOrEqual(countHandlers());
    expect(routes.length).toBeGreaterThan(30);
  });

  it('lets nobody in who may not, at any route', async () => {
    const agent = await Agent.start({ site: realSite(), type: 'web', weakening: null });
    try {
      const step = await startWaitingStep(realSite(), agent);
      const ofStep = async (): Promise<readonly number[]> =>
        Promise.all(
          [gatewayPaths.step, gatewayPaths.stepRun].map(
            async (path) => (await ask(realSite().gatewayPort, path, bearer(step.token))).status,
          ),
        );
      expect(await ofStep()).toEqual([200, 200]);
      await attempt('route × principal', (site) => tryMatrix(site, routes, site === realSite() ? step.token : null));
      expect(await ofStep()).toEqual([200, 200]);
      await step.end();
      expect(await ofStep()).toEqual([401, 401]);
    } finally {
      await agent.stop();
    }
  });

  it('is not led astray by spelling, method or override', () => {
    const some = sampled(
      routes.filter(({ owner }) => owner !== 'everyone'),
      14,
    );
    return attempt('route × spelling and method', (site) => trySpellings(site, some));
  });

  it('is not led astray by a request that contradicts itself', () => attempt('odd requests', tryOddRequests));
});
