import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, useCommandLine, type Ran } from './testing/a-command-line';
import { aRun, anAgent, anInstallToken, attemptId, runId } from './testing/contract-answers';
import { refuse } from './testing/fake-server';
import type { RecordingOptions } from './testing/recording-terminal';

const { server, folder, routes, run, tokenEnvironment } = useCommandLine();

function login(words: string, options: Partial<RecordingOptions> = {}): Promise<Ran> {
  const environment = { LONGSHORE_CONFIG_HOME: folder(), LONGSHORE_PASSWORD: 'secret' };
  return run(`login --server ${server().origin}${words}`, { environment, ...options });
}

describe('login', () => {
  beforeEach(() => {
    routes['POST /api/v1/session'] = ({ body }) =>
      (body as { password: string }).password === 'secret'
        ? ok({ user: 'admin', token: 'lss_session', expiresAt: '2030-01-01T00:00:00Z' })
        : refuse(401, 'SIGN_IN_REFUSED', 'no');
  });

  it('keeps server, pin and token for its owner alone, and uses them', async () => {
    const { code } = await login(` --fingerprint ${server().fingerprint}`);
    expect(code).toBe(0);
    const file = join(folder(), 'cli.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ server: server().origin, token: 'lss_session' });
    routes['GET /api/v1/agents'] = () => ok({ agents: [anAgent()], total: 1 });
    const { terminal } = await run('agents', { environment: { LONGSHORE_CONFIG_HOME: folder() } });
    expect(terminal.stdout()).toContain('web-1');
    expect(server().requests.at(-1)?.authorization).toBe('Bearer lss_session');
  });

  it('pins no key that nobody confirmed, and sends nothing', async () => {
    const { code, terminal } = await login('');
    expect(code).toBe(2);
    expect(terminal.stderr()).toContain('--fingerprint: is missing for a first contact');
    expect(server().connections()).toBe(0);
    const declined = await login('', { answers: ['no'] });
    expect(declined.code).toBe(2);
    expect(declined.terminal.stderr()).toContain(server().fingerprint);
    expect(server().requests).toHaveLength(0);
  });

  it('asks a person, showing the key, and then never again', async () => {
    const first = await login('', { answers: ['yes'] });
    expect(first.code).toBe(0);
    expect(first.terminal.stderr()).toContain(server().fingerprint);
    const second = await login('');
    expect(second.code).toBe(0);
    expect(second.terminal.questions).toHaveLength(0);
  });

  it('refuses another key than the pinned one before the password is sent', async () => {
    const { code, terminal } = await login(` --fingerprint sha256/${'A'.repeat(43)}=`);
    expect(code).toBe(4);
    expect(terminal.stderr()).toContain(`presented ${server().fingerprint}`);
    expect(server().requests).toHaveLength(0);
  });

  it('reads the password from a file, or names what is wrong', async () => {
    const file = join(folder(), 'password');
    writeFileSync(file, 'wrong\n');
    const environment = { LONGSHORE_CONFIG_HOME: folder() };
    const refused = await login(` --trust-on-first-use --password-file ${file}`, { environment });
    expect([refused.code, refused.terminal.stderr()]).toEqual([
      2,
      expect.stringContaining('user and password do not match'),
    ]);
    writeFileSync(file, 'secret\n');
    expect((await login(` --trust-on-first-use --password-file ${file}`, { environment })).code).toBe(0);
    const none = await login(` --trust-on-first-use`, { environment });
    expect([none.code, none.terminal.stderr()]).toEqual([2, expect.stringContaining('--password-file: is missing')]);
  });

  it('takes no plain http', async () => {
    const { code, terminal } = await run('login --server http://localhost:1');
    expect([code, terminal.stderr()]).toEqual([2, 'longshore: --server: must begin with https://\n']);
  });

  it('is undone by logout, which keeps the pin', async () => {
    await login(' --trust-on-first-use');
    routes['DELETE /api/v1/session'] = () => ({ status: 204, body: null });
    const environment = { LONGSHORE_CONFIG_HOME: folder() };
    expect((await run('logout', { environment })).code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder(), 'cli.json'), 'utf8'))).toMatchObject({
      token: null,
      fingerprint: server().fingerprint,
    });
    const after = await run('agents', { environment });
    expect([after.code, after.terminal.stderr()]).toEqual([1, expect.stringContaining('longshore login')]);
  });
});

describe('the environment', () => {
  it('is not used without a pin', async () => {
    const environment = { LONGSHORE_CONFIG_HOME: folder(), LONGSHORE_SERVER: server().origin, LONGSHORE_TOKEN: 'x' };
    const { code, terminal } = await run('agents', { environment });
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining('LONGSHORE_FINGERPRINT: is missing')]);
    expect(server().connections()).toBe(0);
  });

  it('needs a token beside a server', async () => {
    const environment = { LONGSHORE_CONFIG_HOME: folder(), LONGSHORE_SERVER: server().origin };
    const { code, terminal } = await run('server', { environment });
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining('LONGSHORE_TOKEN: is missing')]);
  });
});

describe('agents', () => {
  it('stand in aligned columns, both legs with their ages', async () => {
    routes['GET /api/v1/agents'] = ({ query }) =>
      query['offset'] === '0'
        ? ok({ agents: [anAgent(), anAgent({ id: 'a-much-longer-id', connection: 'offline' })], total: 2 })
        : ok({ agents: [], total: 2 });
    const { terminal, code } = await run('agents --tag linux --type web');
    expect(code).toBe(0);
    const [head, first, second] = terminal.stdout().split('\n');
    expect(head?.indexOf('STATUS')).toBe(first?.indexOf('online'));
    expect(head?.indexOf('STATUS')).toBe(second?.indexOf('offline'));
    expect(first).toContain('websocket up 2s');
    expect(first).toContain('https up 1m01s');
    expect(server().requests[0]?.query).toMatchObject({ tag: 'linux', type: 'web' });
    expect(terminal.stdout()).not.toContain('\u001b');
  });

  it('are coloured only where somebody looks, and never in JSON', async () => {
    routes['GET /api/v1/agents'] = () => ok({ agents: [anAgent()], total: 1 });
    expect((await run('agents list', { hasColour: true })).terminal.stdout()).toContain('\u001b[32monline');
    const json = await run('agents list --json', { hasColour: true });
    expect(JSON.parse(json.terminal.stdout())).toMatchObject({ total: 1, agents: [{ id: 'web-1' }] });
    expect(json.terminal.stderr()).toBe('');
  });

  it('are tagged', async () => {
    routes['PATCH /api/v1/agents/web-1'] = ({ body }) => ok(anAgent(body as Record<string, unknown>));
    expect((await run('agents tag web-1 a b')).terminal.stdout()).toBe('web-1: a, b\n');
    const wrong = await run('agents tag web-1 ok !bad');
    expect([wrong.code, wrong.terminal.stderr()]).toEqual([2, expect.stringContaining('TAGS: "!bad" must be')]);
  });

  it.each([
    ['agents show UPPER', 'ID: "UPPER" is no agent id'],
    ['agents list --type fax', '--type: '],
    ['agents show', "missing required argument 'ID'"],
    ['agents --nonsense', "unknown option '--nonsense'"],
    ['nonsense', "unknown command 'nonsense'"],
  ])('"%s" is refused by name', async (words, problem) => {
    const { code, terminal } = await run(words);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining(problem)]);
    expect(server().requests).toHaveLength(0);
  });

  it('that do not exist are told in the words of the server', async () => {
    routes['GET /api/v1/agents/nobody'] = () => refuse(404, 'AGENT_UNKNOWN', 'there is no agent nobody');
    const { code, terminal } = await run('agents show nobody');
    expect([code, terminal.stderr()]).toEqual([1, 'longshore: there is no agent nobody\n']);
  });
});

it('an install token comes as the command that uses it, out of sight of ps', async () => {
  routes['POST /api/v1/install-tokens'] = () => ok({ ...anInstallToken({ type: 'jms' }), token: 'lsi_x' });
  const { terminal } = await run(
    'tokens create --type jms --uses 3 --expires 10 --tag a b --team ops --no-auto-approve',
  );
  expect(terminal.stdout()).toBe('LONGSHORE_INSTALL_TOKEN=lsi_x longshore-agent install --type jms\n');
  expect(server().requests[0]?.body).toEqual({
    type: 'jms',
    uses: 3,
    expiresInMinutes: 10,
    tags: ['a', 'b'],
    teams: ['ops'],
    agentId: null,
    autoApprove: false,
  });
});

describe('processes save', () => {
  const definition =
    'name: deploy\nsteps:\n  - { name: build, inputs: { script: make } }\n  - { name: test, needs: [build] }\n';

  beforeEach(() => {
    routes['POST /api/v1/processes'] = ({ body }) =>
      ok({ name: 'deploy', version: 3, createdAt: '2030-01-01T00:00:00Z', definition: body });
  });

  it('takes YAML from a file and JSON from standard input', async () => {
    const file = join(folder(), 'deploy.yaml');
    writeFileSync(file, definition);
    expect((await run(`processes save ${file}`)).terminal.stdout()).toBe('deploy is saved as version 3\n');
    const input = JSON.stringify({ name: 'deploy', steps: [{ name: 'build' }] });
    expect((await run('processes save -', { input })).code).toBe(0);
  });

  it.each([
    ['steps: [', 'is neither YAML nor JSON'],
    ['name: a', 'standard input: steps: '],
    ['name: a\nsteps: [{ name: x, needs: [y] }]', 'steps.0.needs.0: there is no step "y"'],
    ['name: a\nsteps: [{ name: x, needs: [x] }]', 'the steps wait for each other: x → x'],
  ])('refuses %j before anything is sent', async (input, problem) => {
    const { code, terminal } = await run('processes save -', { input });
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining(problem)]);
    expect(server().requests).toHaveLength(0);
  });

  it("names the field of a refusal of the server's", async () => {
    routes['POST /api/v1/processes'] = () =>
      refuse(400, 'STEP_TYPE_UNKNOWN', 'there is no step type "x"', 'body.steps.0.type');
    const { code, terminal } = await run('processes save -', { input: definition });
    expect([code, terminal.stderr()]).toEqual([2, 'longshore: steps.0.type: there is no step type "x"\n']);
  });
});

describe('a run', () => {
  const logs = new Map<string, Buffer>();

  beforeEach(() => {
    logs.clear();
    for (const number of [0, 1]) {
      for (const stream of ['stdout', 'stderr']) {
        routes[`GET /api/v1/attempts/${attemptId(number)}/log/${stream}`] = () => ({
          log: logs.get(`${number}/${stream}`) ?? Buffer.alloc(0),
          complete: true,
        });
      }
    }
  });

  function willEnd(state: string, outcome: string): void {
    const wishes = [
      { step: 'build', agentId: 'web-1' },
      { step: 'build', agentId: 'jms-1', outcome },
    ];
    let asked = 0;
    routes['POST /api/v1/runs'] = () =>
      ok(
        aRun(
          'running',
          wishes.map((wish) => ({ ...wish, outcome: null })),
        ),
      );
    routes[`GET /api/v1/runs/${runId}`] = () => {
      asked += 1;
      return asked === 1
        ? ok(
            aRun(
              'running',
              wishes.map((wish) => ({ ...wish, outcome: null })),
            ),
          )
        : ok(aRun(state, wishes));
    };
  }

  it.each([
    ['succeeded', 'succeeded', 0],
    ['failed', 'failed', 1],
    ['cancelled', 'cancelled', 3],
  ])('that is %s says so by its exit code', async (state, outcome, expected) => {
    willEnd(state, outcome);
    const { code, terminal } = await run('run deploy --all --wait');
    expect(code).toBe(expected);
    expect(terminal.stdout()).toContain(`deploy ${state}`);
    expect(server().requests[0]?.body).toEqual({ process: 'deploy', agents: { all: true } });
  });

  it('is only started without --wait, its id being the answer', async () => {
    willEnd('succeeded', 'succeeded');
    const { terminal } = await run('run deploy --agent web-1 jms-1');
    expect(terminal.stdout()).toBe(`${runId}\n`);
    expect(server().requests[0]?.body).toMatchObject({ agents: { ids: ['web-1', 'jms-1'] } });
  });

  it.each([
    ['run deploy', '--all: say on which agents'],
    ['run deploy --all --tag x', 'exclude each other'],
    ['runs show 17', 'RUN: "17" is no run id'],
    ['runs --limit many', '--limit: must be a whole number'],
    ['runs --limit 900', '--limit: must be 1 to 200'],
  ])('"%s" is refused', async (words, problem) => {
    const { code, terminal } = await run(words);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining(problem)]);
  });

  it('is followed: every line whole, behind its source, on its own stream', async () => {
    willEnd('failed', 'failed');
    logs.set('0/stdout', Buffer.from('one\ntwo'));
    logs.set('1/stderr', Buffer.from('bad\n'));
    const { code, terminal } = await run('run deploy --all --follow');
    expect(code).toBe(1);
    expect(terminal.stdout()).toContain('web-1/build | one\nweb-1/build | two\n');
    expect(terminal.stderr()).toContain('jms-1/build | bad\n');
  });

  it('is followed in JSON: the run alone on standard output', async () => {
    willEnd('succeeded', 'succeeded');
    logs.set('0/stdout', Buffer.from('one\n'));
    const { terminal } = await run('run deploy --all --follow --json');
    expect(JSON.parse(terminal.stdout())).toMatchObject({ id: runId, state: 'succeeded' });
    expect(terminal.stderr()).toContain('web-1/build | one\n');
  });

  it('gives one log byte for byte', async () => {
    willEnd('succeeded', 'succeeded');
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256));
    logs.set('1/stdout', bytes);
    const { terminal } = await run(`logs ${runId} --agent jms-1`);
    expect(terminal.stdoutBytes().equals(bytes)).toBe(true);
  });

  it('gives logs as one JSON object a line', async () => {
    willEnd('succeeded', 'succeeded');
    logs.set('0/stdout', Buffer.from('a "quoted" line\nlast'));
    const { terminal } = await run(`logs ${runId} --follow --json`);
    const lines = terminal
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: string; agentId: string });
    expect(lines.map(({ line }) => line)).toEqual(['a "quoted" line', 'last']);
    expect(lines[0]?.agentId).toBe('web-1');
  });

  it.each([
    ['--step biuld', '--step: the run has no step "biuld", only build'],
    ['--agent nobody', '--agent: the run has nothing on "nobody"'],
    ['--stream stdin', '--stream: '],
  ])('has no log for %s, and says so', async (words, problem) => {
    willEnd('succeeded', 'succeeded');
    const { code, terminal } = await run(`logs ${runId} ${words}`);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining(problem)]);
  });

  it('that cannot be asked for is told from one that failed', async () => {
    const environment = { ...tokenEnvironment(), LONGSHORE_SERVER: 'https://127.0.0.1:1' };
    const { code, terminal } = await run(`runs show ${runId}`, { environment });
    expect(code).toBe(4);
    expect(terminal.stderr()).toContain('https://127.0.0.1:1 cannot be reached');
  });
});
