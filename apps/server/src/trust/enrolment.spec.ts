import {
  createIdentity,
  createInstallToken,
  parseFingerprint,
  parseInstallToken,
  verifyChain,
} from '@longshore/pinning';
import { type EnrolAnswer, enrolAnswerSchema } from '@longshore/protocol';
import type { Agent } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { type Answered, aServer, type AServer, codeIn, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment, type EnrolmentWish } from '../testing/an-enrolment';

const aDatabase = useDatabases();

describe('the enrolment', () => {
  let server: AServer;
  beforeAll(async () => {
    server = await aServer(await aDatabase());
  });
  afterAll(() => server.stop());

  const aToken = async (wish: object = {}): Promise<string> => {
    const { text } = await server.asAdmin('/api/v1/install-tokens', { method: 'POST', body: wish });
    return parse<{ token: string }>(text).token;
  };
  const enrol = async (wish: EnrolmentWish, identity = anAgentKey()): Promise<Answered> =>
    server.ask('agents', '/agent/v1/enrol', { method: 'POST', body: await anEnrolment(identity, wish), identity });
  const answerIn = ({ text }: Answered): EnrolAnswer => enrolAnswerSchema.parse(JSON.parse(text));
  const showAgent = async (id: string): Promise<Agent> =>
    parse<Agent>((await server.asAdmin(`/api/v1/agents/${id}`)).text);

  it('lets an agent in by token, with the head of a chain that begins at the pinned key', async () => {
    const identity = anAgentKey();
    const answer = answerIn(await enrol({ name: 'first', token: await aToken({ tags: ['linux'] }) }, identity));
    expect(answer).toMatchObject({
      agentId: 'first',
      state: 'approved',
      warning: null,
      jms: null,
      gateways: server.settings.gatewayAddresses,
    });
    expect(answer.apiKey).toMatch(/^lsk_/);
    const { fingerprint } = parse<{ fingerprint: string }>((await server.asAdmin('/api/v1/server')).text);
    const verdict = await verifyChain({ fingerprint: parseFingerprint(fingerprint) }, [answer.chainHead]);
    expect(verdict).toMatchObject({ verdict: 'verified', statement: { serverId: answer.serverId, index: 0 } });
    const agent = await showAgent('first');
    expect(agent).toMatchObject({
      type: 'web',
      tags: ['linux'],
      fingerprint: identity.fingerprint,
      connection: 'offline',
    });
  });

  it('gives a taken name a number and says so', async () => {
    const token = await aToken({ uses: 3 });
    await enrol({ name: 'twin', token });
    const second = answerIn(await enrol({ name: 'twin', token }));
    expect(second).toMatchObject({ agentId: 'twin-2', warning: expect.stringContaining('twin is taken') });
    expect(answerIn(await enrol({ name: 'twin', token })).agentId).toBe('twin-3');
  });

  it('lets as many agents in as the token has uses, also when they come at once', async () => {
    const token = await aToken({ uses: 2 });
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => enrol({ name: `rush-${n}`, token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    for (const refused of answers.filter(({ status }) => status !== 200))
      expect(codeIn(refused)).toBe('INSTALL_TOKEN_USED_UP');
  });

  it.each([
    ['of the other type', 'INSTALL_TOKEN_OTHER_TYPE', () => aToken({ type: 'jms' })],
    ['that was revoked', 'INSTALL_TOKEN_UNKNOWN', () => revoked()],
    ['that has expired', 'INSTALL_TOKEN_EXPIRED', () => expired()],
  ])('refuses a token %s', async (_, code, make) => {
    const refused = await enrol({ name: 'refused', token: await make() });
    expect([refused.status, codeIn(refused)]).toEqual([403, code]);
    expect((await server.asAdmin('/api/v1/agents/refused')).status).toBe(404);
  });

  it('lets an agent without a token wait until it is approved', async () => {
    const identity = anAgentKey();
    expect(answerIn(await enrol({ name: 'waits' }, identity)).state).toBe('awaiting-approval');
    expect((await showAgent('waits')).connection).toBe('awaiting-approval');
    expect((await server.asAdmin('/api/v1/agents/waits/approve', { method: 'POST' })).status).toBe(200);
    expect((await showAgent('waits')).connection).toBe('offline');
  });

  it('answers again while the first answer may have been lost, with another API key and no use of the token', async () => {
    const [identity, token] = [anAgentKey(), await aToken()];
    const first = answerIn(await enrol({ name: 'again', token }, identity));
    const second = answerIn(await enrol({ name: 'again', token }, identity));
    expect(second).toMatchObject({ agentId: first.agentId, state: 'approved' });
    expect(second.apiKey).not.toBe(first.apiKey);
  });

  it('gives a revoked agent no other API key, with whatever token, and believes no invented one', async () => {
    const identity = anAgentKey();
    answerIn(await enrol({ name: 'revoked', token: await aToken() }, identity));
    expect((await server.asAdmin('/api/v1/agents/revoked/api-key', { method: 'DELETE' })).status).toBe(204);
    const invented = createInstallToken({
      serverFingerprint: identity.fingerprint,
      gateways: server.settings.gatewayAddresses,
    }).text;
    expect((await enrol({ name: 'revoked', token: invented }, identity)).status).toBe(403);
    expect((await enrol({ name: 'revoked', token: await aToken() }, identity)).status).toBe(409);
    expect((await showAgent('revoked')).security.apiKey).toBeNull();
  });

  it('makes no second agent of a key that has been at work', async () => {
    const [identity, token] = [anAgentKey(), await aToken({ uses: 2 })];
    await enrol({ name: 'at-work', token }, identity);
    await query('UPDATE agents SET epoch = 1 WHERE id = $1', ['at-work']);
    const refused = await enrol({ name: 'at-work', token }, identity);
    expect([refused.status, codeIn(refused)]).toEqual([409, 'AGENT_ALREADY_ENROLLED']);
  });

  it('takes no JMS agent where there is no broker', async () => {
    const refused = await enrol({ name: 'jms', type: 'jms', token: await aToken() });
    expect([refused.status, codeIn(refused)]).toEqual([409, 'BROKER_NOT_CONFIGURED']);
  });

  it('refuses a sealing key that another identity announced', async () => {
    const identity = anAgentKey();
    const body = await anEnrolment(createIdentity({ kind: 'agent', id: 'other' }), { token: await aToken() });
    const refused = await server.ask('agents', '/agent/v1/enrol', { method: 'POST', body, identity });
    expect([refused.status, codeIn(refused)]).toEqual([400, 'SIGNATURE_REFUSED']);
  });

  it('names the field that is wrong', async () => {
    const identity = anAgentKey();
    const body = { ...(await anEnrolment(identity)), name: 'Not A Name' };
    const refused = await server.ask('agents', '/agent/v1/enrol', { method: 'POST', body, identity });
    expect([refused.status, parse<{ error: { field: string } }>(refused.text).error.field]).toEqual([400, 'name']);
  });

  const query = (text: string, values: readonly unknown[]): Promise<unknown> =>
    server.running.database.query(text, values);
  const idOf = (token: string): string => parseInstallToken(token).tokenId;
  async function revoked(): Promise<string> {
    const token = await aToken();
    await server.asAdmin(`/api/v1/install-tokens/${idOf(token)}`, { method: 'DELETE' });
    return token;
  }
  async function expired(): Promise<string> {
    const token = await aToken();
    await query(`UPDATE install_tokens SET expires_at = now() - interval '1 s' WHERE id = $1`, [idOf(token)]);
    return token;
  }
});
