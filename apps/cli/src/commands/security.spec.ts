import { aFingerprint } from '../testing/contract-answers';
import { ok, useCommandLine } from '../testing/a-command-line';

const { server, routes, run } = useCommandLine();
const at = '2026-01-01T00:00:00Z';

describe('security policy', () => {
  const policy = { enrolment: 'tokens-only', mutualAuthenticationForAll: false, agentKeyMaxAgeDays: 365 };

  beforeEach(() => {
    routes['GET /api/v1/security-policy'] = () => ok(policy);
    routes['PATCH /api/v1/security-policy'] = ({ body }) => ok({ ...policy, ...(body as object) });
  });

  it('is shown where nothing is said', async () => {
    const { terminal } = await run('security policy');
    expect(terminal.stdout()).toMatch(/^Enrolment +tokens-only \(only with a token\)$/m);
    expect(terminal.stdout()).toMatch(/^An agent’s key +replaced after 365 days$/m);
    expect(server().requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('changes by what is said alone', async () => {
    const { terminal } = await run('security policy --enrolment closed --agent-key-max-age never --json');
    expect(JSON.parse(terminal.stdout())).toEqual({ ...policy, enrolment: 'closed', agentKeyMaxAgeDays: null });
    await run('security policy --mutual-authentication on --agent-key-max-age 90');
    expect(server().requests.map(({ body }) => body)).toEqual([
      { enrolment: 'closed', agentKeyMaxAgeDays: null },
      { mutualAuthenticationForAll: true, agentKeyMaxAgeDays: 90 },
    ]);
  });

  it.each([
    ['--enrolment open', '--enrolment: must be tokens-and-first-use, tokens-only, closed'],
    ['--agent-key-max-age 0', '--agent-key-max-age: must be a number of days, or never'],
    ['--agent-key-max-age 4000', '--agent-key-max-age: must be at most 3650'],
  ])('refuses %s', async (words, problem) => {
    const { code, terminal } = await run(`security policy ${words}`);
    expect([code, terminal.stderr()]).toEqual([2, expect.stringContaining(problem)]);
    expect(server().requests).toHaveLength(0);
  });
});

describe('security events', () => {
  const wrongKey = {
    id: '8',
    at,
    agentId: 'web-1',
    code: 'PIN_MISMATCH',
    message: 'another key than the pinned one',
    details: { leg: 'https', expected: aFingerprint('A'), presented: aFingerprint('B') },
  };

  it('show both fingerprints under each other, whole', async () => {
    const closed = { ...wrongKey, id: '7', agentId: null, code: 'ENROLMENT_CLOSED', message: 'closed', details: null };
    routes['GET /api/v1/security-events'] = () => ok({ events: [wrongKey, closed] });
    const { terminal } = await run('security events --agent web-1 --limit 5 --before 9');
    const lines = terminal.stdout().split('\n');
    expect(lines[1]).toMatch(/^8 +2026-01-01T00:00:00Z +web-1 +PIN_MISMATCH +another key than the pinned one$/);
    expect(lines.slice(2, 5)).toEqual([
      '    leg        https',
      `    expected   ${aFingerprint('A')}`,
      `    presented  ${aFingerprint('B')}`,
    ]);
    expect(lines[5]).toMatch(/^7 +2026-01-01T00:00:00Z +- +ENROLMENT_CLOSED +closed$/);
    expect(server().requests[0]?.query).toEqual({ agent: 'web-1', limit: '5', before: '9' });
  });

  it('say it where no key was shown, and disorder no terminal', async () => {
    const details = { expected: [aFingerprint('A'), aFingerprint('C')], presented: null, note: 'a\u001b[2Jb\nc' };
    routes['GET /api/v1/security-events'] = () => ok({ events: [{ ...wrongKey, details }] });
    const { terminal } = await run('security events');
    expect(terminal.stdout()).toContain(`expected   ${aFingerprint('A')} or ${aFingerprint('C')}\n`);
    expect(terminal.stdout()).toContain('presented  none\n');
    expect(terminal.stdout()).not.toContain('\u001b');
    expect(terminal.stdout()).toContain('b c\n');
  });
});

it('security audit tells who did what', async () => {
  const entry = { id: '3', at, actor: 'admin', action: 'agent.forget', target: 'web-1', details: { sameKey: false } };
  routes['GET /api/v1/audit'] = () => ok({ entries: [entry] });
  const { terminal } = await run('security audit');
  expect(terminal.stdout()).toMatch(/^3 +2026-01-01T00:00:00Z +admin +agent.forget +web-1 +\{"sameKey":false\}$/m);
  expect(server().requests[0]?.query).toEqual({ limit: '50' });
});
