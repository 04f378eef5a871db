import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createIdentity, createInstallToken } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import { createPinnedDispatcher } from '@longshore/tls';
import { Client } from 'pg';
import { type Dispatcher, request } from 'undici';
import { agentOfType, client, closeClient, dataFolder, ready, type ReadyAgent } from './installation/installation';
import { distFolder } from './installation/launcher';

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly field: string | undefined;
}

const isPinned = (presented: Fingerprint): boolean => presented === ready.fingerprint;
const anonymous = createPinnedDispatcher({ isPinned });
const json = { 'content-type': 'application/json' };
const operator = { ...json, authorization: `Bearer ${ready.token}` };
const shell = { name: 'a', inputs: { script: 'true' } };

afterAll(async () => {
  await anonymous.destroy();
  await closeClient();
});

async function ask(url: string, options: Parameters<typeof request>[1] = {}): Promise<Answer> {
  const { statusCode, body } = await request(url, { dispatcher: anonymous, ...options });
  const text = await body.text();
  const { error } = (text.startsWith('{') ? JSON.parse(text) : {}) as { error?: Omit<Answer, 'status'> };
  return { status: statusCode, code: error?.code, message: error?.message ?? '', field: error?.field };
}

const post = (path: string, body: unknown): Promise<Answer> =>
  ask(`${ready.api}/api/v1${path}`, {
    method: 'POST',
    headers: operator,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('when input to the API is bad', () => {
  it.each<[string, string, unknown, Partial<Answer>]>([
    ['malformed JSON', '/processes', '{"name":', { status: 400, code: 'INPUT_INVALID' }],
    ['no object', '/processes', '[]', { status: 400, code: 'INPUT_INVALID' }],
    ['a wrong type', '/processes', { name: 5, steps: [shell] }, { status: 400, field: 'name' }],
    ['an unknown field', '/processes', { name: 'x', steps: [{ ...shell, colour: 'red' }] }, { status: 400 }],
    [
      'an unknown step type',
      '/processes',
      { name: 'x', steps: [{ ...shell, type: 'perl' }] },
      { field: 'steps.0.type' },
    ],
    [
      'a cycle',
      '/processes',
      {
        name: 'x',
        steps: [
          { ...shell, needs: ['b'] },
          { ...shell, name: 'b', needs: ['a'] },
        ],
      },
      { status: 400, field: 'steps.0.needs', message: expect.stringContaining('a → b → a') as string },
    ],
    ['NUL in a text', '/runs', { process: 'a\0', agents: { all: true } }, { status: 400, field: 'process' }],
    ['NUL in a name', '/session', { user: 'a\0', password: 'x' }, { status: 400, field: 'user' }],
    ['an unknown process', '/runs', { process: 'nowhere', agents: { all: true } }, { status: 400, field: 'process' }],
    [
      'an unknown agent',
      '/runs',
      { process: 'First light', agents: { ids: ['nobody'] } },
      { status: 400, field: 'agents.ids.0' },
    ],
    ['an oversize body', '/processes', { description: 'x'.repeat(2 << 20) }, { status: 413, code: 'BODY_TOO_LARGE' }],
  ])('%s is refused by name', async (_what, path, body, expected) => {
    expect(await post(path, body)).toMatchObject(expected);
  });

  it('a bad query or part of the path is refused by name', async () => {
    const get = (path: string) => ask(`${ready.api}/api/v1${path}`, { headers: operator });
    expect(await get('/agents?limit=none')).toMatchObject({ status: 400, field: 'limit' });
    expect(await get('/agents?search=%00')).toMatchObject({ status: 400, field: 'search' });
    expect(await get('/agents/nobody')).toMatchObject({ status: 404, code: 'AGENT_UNKNOWN' });
    expect(await get('/agents/..%2f..%2fetc')).toMatchObject({ status: 400, field: 'id' });
    expect(await get('/runs/nothing')).toMatchObject({ status: 400, field: 'id' });
  });

  it('nothing of it was kept', async () => {
    const { processes } = await client.processes();
    expect(processes.map(({ name }) => name)).not.toContain('x');
  });

  it('a token that is missing, garbage, revoked or expired opens nothing', async () => {
    const revoked = await client.createApiToken({ name: 'revoked' });
    const expired = await client.createApiToken({ name: 'expired', expiresInDays: 1 });
    await client.deleteApiToken(revoked.id);
    await inDatabase(`UPDATE access_tokens SET expires_at = now() WHERE id = '${expired.id}'`);
    for (const authorization of ['', 'Bearer x', 'Basic YTpi', `Bearer ${revoked.token}`, `Bearer ${expired.token}`]) {
      const answer = await ask(`${ready.api}/api/v1/agents`, { headers: { authorization } });
      expect(answer).toMatchObject({ status: 401, code: 'SIGN_IN_REQUIRED' });
    }
    await client.deleteApiToken(expired.id);
  });
});

describe('when the wrong one speaks to the agent gateway', () => {
  const uuid = '00000000-0000-4000-8000-000000000001';
  const routes: [Dispatcher.HttpMethod, string][] = [
    ['GET', '/agent/v1/ping'],
    ['GET', '/agent/v1/commands?after=0&epoch=1'],
    ['POST', '/agent/v1/events'],
    ['PUT', `/agent/v1/attempts/${uuid}/log/stdout`],
  ];
  const speaker = (identity: { certificatePem: string; privateKeyPem: string }) =>
    createPinnedDispatcher({ isPinned, identity });
  const identityOf = ({ home }: ReadyAgent) => ({
    certificatePem: readFileSync(join(home, 'conf', 'identity.pem'), 'utf8'),
    privateKeyPem: readFileSync(join(home, 'conf', 'identity.key'), 'utf8'),
  });

  it("nobody gets in without a key, with a foreign one, or with a JMS agent's key and not its API key", async () => {
    const stranger = speaker(await createIdentity({ kind: 'agent', id: 'stranger' }));
    const halfKnown = speaker(identityOf(agentOfType('jms')));
    for (const [method, path] of routes) {
      const options = { method, headers: operator, ...(method === 'GET' ? {} : { body: '{}' }) };
      const at = (dispatcher: Dispatcher) => ask(`${ready.gateway}${path}`, { ...options, dispatcher });
      expect(await at(anonymous)).toMatchObject({ status: 401, code: 'AGENT_KEY_MISSING' });
      expect(await at(stranger)).toMatchObject({ status: 401, code: 'AGENT_UNKNOWN' });
      expect(await at(halfKnown)).toMatchObject({ status: 401, code: 'API_KEY_REFUSED' });
    }
    await Promise.all([stranger.destroy(), halfKnown.destroy()]);
  });

  it('an agent speaks neither for another nor into its log', async () => {
    const jms = agentOfType('jms');
    const run = await client.run(ready.run.id);
    const attempt = run.items.find(({ agentId }) => agentId === jms.id)?.attempts[0];
    const web = speaker(identityOf(agentOfType('web')));
    const apiKey = readFileSync(join(agentOfType('web').home, 'conf', 'api-key'), 'utf8').trim();
    const authorization = `Bearer ${apiKey}`;
    const log = await ask(`${ready.gateway}/agent/v1/attempts/${attempt?.id}/log/stdout`, {
      ...{ method: 'PUT', dispatcher: web, body: 'abc' },
      headers: { authorization, 'content-type': 'application/octet-stream', 'content-range': 'bytes 0-2/*' },
    });
    expect(log).toMatchObject({ status: 404, code: 'ATTEMPT_UNKNOWN' });
    const { serverId } = await client.server();
    const forged = {
      ...{ v: 1, type: 'step.accepted', id: uuid, serverId, serverIncarnation: null, agentId: jms.id },
      ...{ incarnation: uuid, epoch: 1, direction: 'agent-to-server', stream: 'control', seq: 1 },
      ...{ at: new Date().toISOString(), body: { attemptId: attempt?.id } },
    };
    const { body } = await request(`${ready.gateway}/agent/v1/events`, {
      ...{
        method: 'POST',
        dispatcher: web,
        headers: { ...json, authorization },
        body: JSON.stringify({ messages: [forged, 'x'] }),
      },
    });
    const { acks, refused } = (await body.json()) as { acks: unknown[]; refused: { code: string }[] };
    expect(acks).toEqual([]);
    expect(refused.map(({ code }) => code)).toEqual(['WEB_ENVELOPE_FOREIGN', 'INPUT_INVALID']);
    await web.destroy();
  });

  it('neither port serves the routes of the other', async () => {
    const openApi = await request(`${ready.api}/api/openapi.json`, { dispatcher: anonymous });
    const { paths } = (await openApi.body.json()) as { paths: Record<string, Record<string, unknown>> };
    const all = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((m) => [m, path] as const));
    expect(all.length).toBeGreaterThan(20);
    for (const [method, path] of all) {
      const elsewhere = path.startsWith('/agent/') ? ready.api : ready.gateway;
      const options = {
        method: method.toUpperCase() as Dispatcher.HttpMethod,
        headers: { authorization: operator.authorization },
      };
      expect([path, (await ask(`${elsewhere}${path.replace(/\{\w+\}/g, 'x')}`, options)).status]).toEqual([path, 404]);
    }
  });
});

describe('when an install token is no good', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-bad-tokens-'));
  const home = join(folder, 'home');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const install = (type: string, token: string, ...more: string[]): Promise<{ code: number; err: string }> =>
    new Promise((settle) => {
      const args = ['install', '--type', type, '--name', 'unwanted', '--home', home, '--yes', ...more];
      const env = { PATH: process.env.PATH, HOME: folder, LONGSHORE_INSTALL_TOKEN: token };
      execFile(process.execPath, [resolve(distFolder, 'agent/main.js'), ...args], { env }, (error, _out, err) =>
        settle({ code: error === null ? 0 : Number(error.code), err }),
      );
    });

  it('says why, enrols nobody and leaves nothing behind', async () => {
    const [forJms, usedUp, expired, revoked] = await Promise.all([
      client.createInstallToken({ type: 'jms' }),
      client.createInstallToken({}),
      client.createInstallToken({}),
      client.createInstallToken({}),
    ]);
    await inDatabase(`UPDATE install_tokens SET uses_left = 0 WHERE id = '${usedUp.id}'`);
    await inDatabase(`UPDATE install_tokens SET expires_at = now() WHERE id = '${expired.id}'`);
    await client.deleteInstallToken(revoked.id);
    const { fingerprint } = await createIdentity({ kind: 'server', id: 'elsewhere' });
    const foreign = createInstallToken({ serverFingerprint: fingerprint, gateways: [ready.gateway] });
    const cases: [string, string, number][] = [
      [forJms.token, 'the install token is for the other agent type', 1],
      [usedUp.token, 'the install token has no uses left', 1],
      [expired.token, 'the install token has expired', 1],
      [revoked.token, 'no such install token', 1],
      [foreign.text, 'holds another key than the pinned one', 1],
      [revoked.token.slice(0, -2), 'cut off or mistyped', 2],
      ['garbage', 'does not begin with lsi_', 2],
    ];
    for (const [token, why, code] of cases) {
      const refused = await install('web', token);
      expect(refused).toEqual({ code, err: expect.stringContaining(why) as string });
      expect(refused.err).not.toContain(token);
      expect(existsSync(home)).toBe(false);
    }
    // A refusal costs no use.
    expect((await client.installTokens()).tokens.find(({ id }) => id === forJms.id)?.usesLeft).toBe(1);
    expect((await client.agents({ search: 'unwanted' })).total).toBe(0);
  });
});

async function inDatabase(statement: string): Promise<void> {
  const settings = JSON.parse(readFileSync(join(dataFolder, 'server-settings.json'), 'utf8')) as {
    databaseUrl: string;
  };
  const database = new Client({ connectionString: settings.databaseUrl });
  await database.connect();
  try {
    await database.query(statement);
  } finally {
    await database.end();
  }
}
