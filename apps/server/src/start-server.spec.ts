import { useDatabases } from '@longshore/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServerLog } from './config/server-log';
import { startServer } from './start-server';
import { aServer, type AServer, codeIn, parse } from './testing/a-server';

const aDatabase = useDatabases();

describe('a server', () => {
  let server: AServer;
  let databaseUrl: string;
  beforeAll(async () => {
    databaseUrl = await aDatabase();
    server = await aServer(databaseUrl);
  });
  afterAll(() => server.stop());

  it('is live and ready, also without a broker', async () => {
    expect(parse((await server.ask('operators', '/health/live')).text)).toEqual({ status: 'live' });
    const ready = await server.ask('operators', '/health/ready');
    expect([ready.status, parse(ready.text)]).toEqual([
      200,
      { status: 'ready', database: 'answering', broker: 'not-configured', stopping: false },
    ]);
  });

  it('refuses a second one in the same data folder', async () => {
    await expect(startServer(server.settings, createServerLog('silent'))).rejects.toMatchObject({
      code: 'DATA_FOLDER_IN_USE',
    });
  });

  it('refuses to start with other keys than those that its agents know', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'longshore-foreign-'));
    for (let start = 0; start < 2; start += 1) {
      await expect(startServer({ ...server.settings, dataFolder }, createServerLog('silent'))).rejects.toMatchObject({
        code: 'IDENTITY_FOREIGN',
      });
    }
    rmSync(dataFolder, { recursive: true });
  });

  it('names the port that is taken, and leaves nothing behind', async () => {
    const replica = { ...server.settings, replica: true, gatewayPort: server.settings.apiPort };
    await expect(startServer(replica, createServerLog('silent'))).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
    expect((await server.ask('operators', '/health/ready')).status).toBe(200);
  });

  it.each([
    [
      'malformed JSON',
      { octets: Buffer.from('{"name":'), headers: { 'content-type': 'application/json' } },
      400,
      'INPUT_INVALID',
    ],
    ['a wrong type', { body: { uses: 'many' } }, 400, 'INPUT_INVALID'],
    ['an unknown field', { body: { colour: 'red' } }, 400, 'INPUT_INVALID'],
    ['no body', {}, 400, 'INPUT_INVALID'],
    [
      'a poisoned prototype',
      { octets: Buffer.from('{"__proto__":{"uses":5}}'), headers: { 'content-type': 'application/json' } },
      400,
      'INPUT_INVALID',
    ],
    [
      'a form',
      { octets: Buffer.from('a=b'), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ],
    ['too much', { body: { tags: ['x'.repeat(1_200_000)] } }, 413, 'BODY_TOO_LARGE'],
  ])('answers %s in the one form of a problem', async (_, asking, status, code) => {
    const answer = await server.asAdmin('/api/v1/install-tokens', { method: 'POST', ...asking });
    expect([answer.status, codeIn(answer)]).toEqual([status, code]);
  });

  it('describes every route, and shows the description without anything from elsewhere', async () => {
    const { paths } = parse<{ paths: Record<string, Record<string, { responses: Record<string, unknown> }>> }>(
      (await server.ask('operators', '/api/openapi.json')).text,
    );
    const hidden = ['/*', '/api/docs', '/api/docs/:file', '/api/docs/start.js', '/api/openapi.json'];
    for (const { method, path } of server.running.application.routes.filter((route) => !hidden.includes(route.path))) {
      const described = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect([path, Object.keys(described?.responses ?? {}).length]).not.toEqual([path, 0]);
    }
    const page = await server.ask('operators', '/api/docs');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.text).not.toMatch(/https?:\/\/|<script>/);
    expect((await server.ask('operators', '/api/docs/swagger-ui-bundle.js')).status).toBe(200);
    expect((await server.ask('operators', '/api/docs/package.json')).status).toBe(404);
  });

  it('slows down who guesses a password', async () => {
    const guess = () =>
      server.ask('operators', '/api/v1/session', { method: 'POST', body: { user: 'root', password: 'guess' } });
    for (let n = 0; n < 10; n += 1) expect((await guess()).status).toBe(401);
    const slowed = await guess();
    expect([slowed.status, codeIn(slowed), Number(slowed.headers['retry-after']) >= 1]).toEqual([
      429,
      'SIGN_IN_TOO_OFTEN',
      true,
    ]);
  });
});
