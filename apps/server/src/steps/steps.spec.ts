/** The narrow way of steps: their own token opens two routes about themselves, while they are open, and nothing else. */
import { createStepToken } from '@longshore/pinning';
import type { AttemptId, StepRun, StepSelf } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { aServer, type AServer, type Answered, codeIn, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment } from '../testing/an-enrolment';
import { anAttempt } from '../testing/an-attempt';

const aDatabase = useDatabases();
const paths = ['/agent/v1/step', '/agent/v1/step/run'];
const refused = '401 STEP_TOKEN_REFUSED';
let server: AServer;

beforeAll(async () => {
  server = await aServer(await aDatabase());
}, 60_000);
afterAll(() => server.stop());

interface AStep {
  readonly attemptId: AttemptId;
  readonly token: string;
}

async function aStep(agentId = 'a'): Promise<AStep> {
  const { database } = server.running;
  const attemptId = await anAttempt(database, agentId);
  const { text, secretHash } = createStepToken(attemptId);
  await database.query('UPDATE attempts SET step_token_hash = $2 WHERE id = $1', [attemptId, secretHash]);
  return { attemptId, token: text };
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const ask = (path: string, token: string): Promise<Answered> => server.ask('agents', path, bearer(token));
const codeOf = (answer: Answered): string => `${answer.status} ${codeIn(answer)}`;

it('tells a step of itself and of its run, without a client certificate', async () => {
  const { attemptId, token } = await aStep();
  await aStep();
  const self = await ask('/agent/v1/step', token);
  expect(self.status).toBe(200);
  const { run, ...rest } = parse<StepSelf>(self.text);
  expect(rest).toEqual({ attemptId, attemptNumber: 1, agentId: 'a', step: 's' });
  expect(run).toEqual({ id: expect.any(String) as string, process: 'p', state: 'running', startedBy: 'admin' });
  const { text, status } = await ask('/agent/v1/step/run', token);
  expect([status, parse<StepRun>(text)]).toEqual([
    200,
    {
      id: run.id,
      process: 'p',
      state: 'running',
      items: [{ step: 's', agentId: 'a', state: 'active', outcome: null }],
    },
  ]);
});

it.each([
  ['the step has ended', `UPDATE attempts SET state = 'ended', outcome = 'failed', ended_at = now() WHERE id = $1`],
  ['the attempt waits to be offered', `UPDATE attempts SET state = 'queued' WHERE id = $1`],
  ['the attempt was declared lost', 'UPDATE attempts SET fenced = true WHERE id = $1'],
  ['it was offered anew', `UPDATE attempts SET step_token_hash = repeat('0', 64) WHERE id = $1`],
  ['the agent was removed', `UPDATE agents SET removed_at = now() WHERE id = (${agentOfAttempt()})`],
  ['the agent is quarantined', `UPDATE agents SET quarantine = 'duplicate-identity' WHERE id = (${agentOfAttempt()})`],
  ['the pin of the agent is forgotten', `UPDATE agents SET fingerprint = NULL WHERE id = (${agentOfAttempt()})`],
])('refuses the token at once when %s', async (_, change) => {
  const { attemptId, token } = await aStep(`gone-${Math.random().toString(36).slice(2, 8)}`);
  expect((await ask('/agent/v1/step', token)).status).toBe(200);
  await server.running.database.query(change, [attemptId]);
  for (const path of paths) expect(codeOf(await ask(path, token))).toBe(refused);
});

it("takes nothing but the very token: no other step's, no agent's, no operator's", async () => {
  const [one, other] = [await aStep(), await aStep()];
  const secretOf = ({ token }: AStep): string => token.slice(-43);
  const created = await server.asAdmin('/api/v1/api-tokens', { method: 'POST', body: { name: 'spec' } });
  const apiToken = parse<{ token: string }>(created.text).token;
  const identity = anAgentKey();
  const enrolled = await server.ask('agents', '/agent/v1/enrol', {
    method: 'POST',
    body: await anEnrolment(identity, { name: 'real' }),
    identity,
  });
  const { apiKey } = parse<{ apiKey: string }>(enrolled.text);
  for (const path of paths) {
    for (const token of [
      `lss_${one.attemptId}_${secretOf(other)}`,
      `lss_${one.attemptId}_${'A'.repeat(43)}`,
      one.token.slice(0, -1),
      `lss_00000000-0000-0000-0000-000000000000_${secretOf(one)}`,
      one.token.replace('lss_', 'lsk_'),
      apiToken,
      apiKey,
      '',
    ])
      expect([token.slice(0, 4), codeOf(await ask(path, token))]).toEqual([token.slice(0, 4), refused]);
    const asAgent = await server.ask('agents', path, { identity, ...bearer(apiKey) });
    expect(codeOf(asAgent)).toBe(refused);
  }
});

it('is worth nothing on any other route of either port', async () => {
  const { token, attemptId } = await aStep();
  const { routes } = server.running.application;
  const others = routes.filter(({ audience }) => audience !== 'steps' && audience !== 'everyone');
  expect(others.length).toBeGreaterThan(20);
  for (const { audience, method, path } of others) {
    const port = audience === 'operators' ? 'operators' : 'agents';
    const address = path.replace(':stream', 'stdout').replace(/:\w+/g, attemptId);
    const answer = await server.ask(port, address, { method, ...bearer(token) });
    expect([method, path, answer.status]).toEqual([method, path, 401]);
  }
});

it('has no route that takes an id, and none on the port of operators', async () => {
  const [one, other] = [await aStep(), await aStep()];
  const { routes } = server.running.application;
  expect(routes.filter(({ audience }) => audience === 'steps').map(({ path }) => path)).toEqual(paths);
  const self = await ask(`/agent/v1/step?attemptId=${other.attemptId}`, one.token);
  expect(parse<StepSelf>(self.text).attemptId).toBe(one.attemptId);
  for (const path of [`/agent/v1/step/${other.attemptId}`, '/agent/v1/step/run/other', '/agent/v1//step'])
    expect(codeOf(await ask(path, one.token))).toBe('404 ROUTE_UNKNOWN');
  for (const path of paths)
    expect(codeOf(await server.ask('operators', path, bearer(one.token)))).toBe('404 ROUTE_UNKNOWN');
});

function agentOfAttempt(): string {
  return 'SELECT agent_id FROM attempts WHERE id = $1';
}
