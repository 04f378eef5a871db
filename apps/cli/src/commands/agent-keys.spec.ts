import { readFileSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anAgent, aSecurity } from '../testing/contract-answers';
import { ok, useCommandLine } from '../testing/a-command-line';
import { refuse } from '../testing/fake-server';

const { server, folder, routes, run } = useCommandLine();
const agentPath = '/api/v1/agents/web-1';

describe('agents regenerate-key', () => {
  beforeEach(() => {
    routes[`POST ${agentPath}/api-key`] = () => ok({ id: 'k2', apiKey: 'lsk_k2_secret' });
  });

  it('prints the key once', async () => {
    expect((await run('agents regenerate-key web-1 --yes')).terminal.stdout()).toBe('lsk_k2_secret\n');
  });

  it('puts it into a file of its owner alone, and shows it nowhere else', async () => {
    const file = join(folder(), 'api-key');
    const { terminal } = await run(`agents regenerate-key web-1 --yes --json --out ${file}`);
    expect(readFileSync(file, 'utf8')).toBe('lsk_k2_secret\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(terminal.stdout())).toEqual({ id: 'k2', file });
    expect(terminal.stderr()).not.toContain('secret');
  });

  it('leaves the old key alive where the new one would have no place', async () => {
    const file = join(folder(), 'taken');
    writeFileSync(file, 'something');
    const { code, terminal } = await run(`agents regenerate-key web-1 --yes --out ${file}`);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining('exists and is never overwritten')]);
    expect(readFileSync(file, 'utf8')).toBe('something');
    const nowhere = await run(`agents regenerate-key web-1 --yes --out ${join(folder(), 'none', 'api-key')}`);
    expect(nowhere.code).toBe(2);
    expect(server().requests).toHaveLength(0);
  });

  it('leaves no empty file behind a refusal', async () => {
    routes[`POST ${agentPath}/api-key`] = () => refuse(404, 'AGENT_UNKNOWN', 'there is no agent web-1');
    const file = join(folder(), 'api-key');
    expect((await run(`agents regenerate-key web-1 --yes --out ${file}`)).code).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('is not done where nobody has confirmed it', async () => {
    expect((await run('agents regenerate-key web-1')).code).toBe(2);
    expect(server().requests).toHaveLength(0);
  });
});

it.each([
  ['rotate-key', 'rotate its key'],
  ['renew-certificate', 'renew its certificate'],
] as const)('agents %s asks the agent, and needs no confirmation', async (request, said) => {
  routes[`POST ${agentPath}/identity`] = () => ok(anAgent({ security: aSecurity({ identityRequest: request }) }));
  const { code, terminal } = await run(`agents ${request} web-1`);
  expect([code, terminal.stdout()]).toEqual([0, expect.stringContaining(`web-1 is asked to ${said}`)]);
  expect(server().requests[0]?.body).toEqual({ request });
});

describe('agents set', () => {
  beforeEach(() => {
    routes[`PATCH ${agentPath}`] = ({ body }) => ok(anAgent({ tags: (body as { tags?: string[] }).tags ?? [] }));
  });

  it('changes what is said and nothing else', async () => {
    await run('agents set web-1 --tag a b --team ops --max-parallel 8 --mutual-authentication on');
    await run('agents set web-1 --max-parallel auto');
    await run('agents set web-1 --tag --team');
    expect(server().requests.map(({ body }) => body)).toEqual([
      { tags: ['a', 'b'], teams: ['ops'], maxParallel: 8, mutualAuthentication: true },
      { maxParallel: null },
      { tags: [], teams: [] },
    ]);
  });

  it.each([
    ['', '--tag: say what to set'],
    [' --team !bad', '--team: "!bad" must be'],
    [' --max-parallel 0', '--max-parallel: must be 1 to 1000'],
    [' --mutual-authentication maybe', '--mutual-authentication: must be on or off'],
  ])('"%s" is refused by name', async (words, problem) => {
    const { code, terminal } = await run(`agents set web-1${words}`);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining(problem)]);
    expect(server().requests).toHaveLength(0);
  });
});
