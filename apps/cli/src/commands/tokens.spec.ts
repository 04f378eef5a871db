import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { anAgent, anInstallToken } from '../testing/contract-answers';
import { done, ok, useCommandLine } from '../testing/a-command-line';

const { server, folder, routes, run } = useCommandLine();

describe('tokens', () => {
  it('are bound to one agent, of whose type they then are', async () => {
    routes['GET /api/v1/agents/jms-1'] = () => ok(anAgent({ id: 'jms-1', type: 'jms' }));
    routes['POST /api/v1/install-tokens'] = () => ok({ ...anInstallToken({ agentId: 'jms-1' }), token: 'lsi_x' });
    const { terminal } = await run('tokens create --agent jms-1');
    expect(terminal.stdout()).toContain('LONGSHORE_INSTALL_TOKEN=lsi_x longshore-agent install --type jms');
    expect(terminal.stderr()).toContain('For the agent jms-1 alone until');
    expect(server().requests.at(-1)?.body).toMatchObject({ agentId: 'jms-1', type: 'jms' });
  });

  it.each(['tokens create', 'tokens create --agent a --type web'])('"%s" is refused', async (words) => {
    const { code, terminal } = await run(words);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining('--type: say for whom')]);
    expect(server().requests).toHaveLength(0);
  });

  it('are listed with whom they are for, never with themselves', async () => {
    const tokens = [anInstallToken({ teams: ['ops'] }), anInstallToken({ id: 't2', agentId: 'web-7', type: null })];
    routes['GET /api/v1/install-tokens'] = () => ok({ tokens });
    const [head, first, second] = (await run('tokens')).terminal.stdout().split('\n');
    expect(head).toMatch(/^ID +TYPE +AGENT +USES LEFT +EXPIRES +AUTO-APPROVE +TAGS +TEAMS +BY$/);
    expect(first).toMatch(/^t1 +web +any .* ops +admin$/);
    expect(second).toMatch(/^t2 +any +web-7 /);
  });

  it('are revoked', async () => {
    routes['DELETE /api/v1/install-tokens/t1'] = done;
    expect((await run('tokens revoke t1')).terminal.stdout()).toBe('t1 is revoked\n');
  });
});

describe('api-tokens', () => {
  const shown = { id: 'a1', name: 'ci', expiresAt: null, createdAt: '2026-01-01T00:00:00Z' };

  it('are printed once, or put into a file of their owner alone', async () => {
    routes['POST /api/v1/api-tokens'] = () => ok({ ...shown, token: 'lst_a1_secret' });
    expect((await run('api-tokens create --name ci --expires 30')).terminal.stdout()).toBe('lst_a1_secret\n');
    expect(server().requests[0]?.body).toEqual({ name: 'ci', expiresInDays: 30 });
    const file = join(folder(), 'token');
    const { terminal } = await run(`api-tokens create --name ci --out ${file} --json`);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['lst_a1_secret\n', 0o600]);
    expect(JSON.parse(terminal.stdout())).toEqual({ ...shown, file });
  });

  it('are listed and revoked', async () => {
    routes['GET /api/v1/api-tokens'] = () => ok({ tokens: [shown] });
    routes['DELETE /api/v1/api-tokens/a1'] = done;
    expect((await run('api-tokens')).terminal.stdout()).toMatch(/^a1 +ci +2026-01-01T00:00:00Z +never$/m);
    expect((await run('api-tokens revoke a1')).code).toBe(2);
    expect((await run('api-tokens revoke a1 --yes')).terminal.stdout()).toBe('a1 is revoked\n');
  });

  it.each([
    ['api-tokens create', "required option '--name <text>'"],
    ['api-tokens create --name ci --expires 0', '--expires: must be 1 to 3650'],
  ])('"%s" is refused', async (words, problem) => {
    const { code, terminal } = await run(words);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining(problem)]);
  });
});
