/** Install tokens that are bound to an agent, and what an operator sees and decides of agents that want to come in. */
import { type EnrolAnswer, enrolAnswerSchema, gatewayPaths } from '@longshore/protocol';
import type { Agent, InstallToken } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { aLiveAgent } from '../testing/a-live-agent';
import { anAgent, aToken } from '../testing/an-agent';
import { type Answered, aServer, type AServer, codeIn, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment, type EnrolmentWish } from '../testing/an-enrolment';

const aDatabase = useDatabases();

describe('who comes in', () => {
  let server: AServer;
  beforeAll(async () => {
    server = await aServer(await aDatabase());
  });
  afterAll(() => server.stop());

  const enrol = async (wish: EnrolmentWish, identity = anAgentKey()): Promise<Answered> =>
    server.ask('agents', gatewayPaths.enrol, { method: 'POST', body: await anEnrolment(identity, wish), identity });
  const answerIn = ({ text }: Answered): EnrolAnswer => enrolAnswerSchema.parse(JSON.parse(text));
  const said = (answer: Answered): string => `${answer.status} ${answer.status < 300 ? '' : codeIn(answer)}`.trim();
  const fieldIn = ({ text }: Answered): string => parse<{ error: { field: string } }>(text).error.field;
  const show = async (id: string): Promise<Agent> => parse<Agent>((await server.asAdmin(`/api/v1/agents/${id}`)).text);
  const total = async (): Promise<number> =>
    parse<{ total: number }>((await server.asAdmin('/api/v1/agents')).text).total;
  const policy = (body: object): Promise<Answered> =>
    server.asAdmin('/api/v1/security-policy', { method: 'PATCH', body });

  describe('by a token that is bound to an agent', () => {
    it('replaces its key and its API key, ends what is open, and makes no other agent', async () => {
      const before = await anAgent(server, { name: 'bound' });
      const live = await aLiveAgent(server, before);
      const [token, count] = [await aToken(server, { agentId: 'bound', tags: ['ignored'] }), await total()];
      const next = anAgentKey();
      const answer = answerIn(await enrol({ name: 'wishes-otherwise', token }, next));
      expect(answer).toMatchObject({
        agentId: 'bound',
        state: 'approved',
        warning: 'the install token is for agent bound',
      });
      expect([await live.ended, await live.ping()]).toEqual(['credentials-changed', 401]);
      await live.close();
      const ping = (apiKey: string) => server.ask('agents', gatewayPaths.ping, { identity: next, apiKey });
      expect([(await ping(answer.apiKey)).status, (await ping(before.apiKey)).status]).toEqual([204, 401]);
      expect([await total(), (await show('bound')).tags]).toEqual([count, []]);

      const again = answerIn(await enrol({ name: 'bound', token }, next));
      expect([again.agentId, again.apiKey === answer.apiKey]).toEqual(['bound', false]);
      expect(said(await enrol({ name: 'bound', token }))).toBe('403 INSTALL_TOKEN_USED_UP');
      expect((await show('bound')).fingerprint).toBe(next.fingerprint);
    });

    it('is for that agent’s type only, takes nobody’s key, and ends with its agent', async () => {
      const other = await anAgent(server, { name: 'has-a-key' });
      await anAgent(server, { name: 'leaves' });
      const token = await aToken(server, { agentId: 'leaves', uses: 3 });
      expect(said(await enrol({ name: 'leaves', token }, other.identity))).toBe('409 KEY_TAKEN');
      await server.running.database.query(`UPDATE agents SET type = 'jms' WHERE id = 'leaves'`);
      expect(said(await enrol({ name: 'leaves', token }))).toBe('403 INSTALL_TOKEN_OTHER_TYPE');
      await server.asAdmin('/api/v1/agents/leaves', { method: 'DELETE' });
      expect(said(await enrol({ name: 'leaves', token }))).toBe('403 INSTALL_TOKEN_AGENT_GONE');
    });

    it('is not made for an agent that is not there, or is of another type', async () => {
      await anAgent(server, { name: 'web-one' });
      const make = (body: object) => server.asAdmin('/api/v1/install-tokens', { method: 'POST', body });
      const [unknown, otherType] = [await make({ agentId: 'nobody' }), await make({ agentId: 'web-one', type: 'jms' })];
      expect([said(unknown), fieldIn(unknown)]).toEqual(['404 AGENT_UNKNOWN', 'agentId']);
      expect([said(otherType), fieldIn(otherType)]).toEqual(['400 INPUT_INVALID', 'type']);
    });
  });

  it('gives a new agent the tags and teams of its token, which is listed with who made it', async () => {
    const token = await aToken(server, { tags: ['linux'], teams: ['payments'] });
    await enrol({ name: 'grouped', token });
    expect(await show('grouped')).toMatchObject({ tags: ['linux'], teams: ['payments'] });
    const { tokens } = parse<{ tokens: InstallToken[] }>((await server.asAdmin('/api/v1/install-tokens')).text);
    expect(tokens[0]).toMatchObject({ teams: ['payments'], agentId: null, createdBy: 'admin', usesLeft: 0 });
    expect(JSON.stringify(tokens)).not.toContain('ecret');
  });

  describe('and the operator', () => {
    it('approves the key that was compared, and no other', async () => {
      const { identity } = await anAgent(server, { name: 'compared', withToken: false });
      const approve = (fingerprint: string) =>
        server.asAdmin('/api/v1/agents/compared/approve', { method: 'POST', body: { fingerprint } });
      const refused = await approve(anAgentKey().fingerprint);
      expect([said(refused), fieldIn(refused)]).toEqual(['409 FINGERPRINT_DIFFERS', 'fingerprint']);
      expect((await show('compared')).connection).toBe('awaiting-approval');
      expect(said(await approve(identity.fingerprint))).toBe('200');
      expect((await show('compared')).connection).toBe('offline');
    });

    it('rejects who waits, whose key never comes again', async () => {
      const waiting = await anAgent(server, { name: 'unwanted', withToken: false });
      const reject = () => server.asAdmin('/api/v1/agents/unwanted/reject', { method: 'POST' });
      expect(said(await reject())).toBe('204');
      expect([(await reject()).status, (await waiting.ask(gatewayPaths.ping)).status]).toEqual([404, 401]);
      expect(said(await enrol({ name: 'unwanted' }, waiting.identity))).toBe('403 KEY_REJECTED');
      expect(said(await enrol({ name: 'unwanted', token: await aToken(server) }, waiting.identity))).toBe(
        '403 KEY_REJECTED',
      );
      await anAgent(server, { name: 'wanted' });
      expect(said(await server.asAdmin('/api/v1/agents/wanted/reject', { method: 'POST' }))).toBe('409 AGENT_APPROVED');
    });

    it('gives teams, and mutual authentication to JMS agents only', async () => {
      await anAgent(server, { name: 'teamed' });
      const change = (body: object) => server.asAdmin('/api/v1/agents/teamed', { method: 'PATCH', body });
      expect(parse<Agent>((await change({ teams: ['a', 'b'] })).text)).toMatchObject({ teams: ['a', 'b'], tags: [] });
      const refused = await change({ mutualAuthentication: true });
      expect([said(refused), fieldIn(refused)]).toEqual(['400 INPUT_INVALID', 'mutualAuthentication']);
      expect((await show('teamed')).security.mutualAuthentication).toBeNull();

      await server.running.database.query(`UPDATE agents SET type = 'jms' WHERE id = 'teamed'`);
      const mutual = async (answer: Promise<unknown>) => {
        await answer;
        return (await show('teamed')).security.mutualAuthentication;
      };
      expect(await mutual(change({ mutualAuthentication: true }))).toEqual({ ofAgent: true, byPolicy: false });
      expect(await mutual(change({ mutualAuthentication: false }))).toEqual({ ofAgent: false, byPolicy: false });
      const forAll = await mutual(policy({ mutualAuthenticationForAll: true }));
      expect(forAll).toEqual({ ofAgent: false, byPolicy: true });
      await policy({ mutualAuthenticationForAll: false });
    });

    it('closes enrolment, by half or altogether', async () => {
      const token = await aToken(server, { uses: 5 });
      await anAgent(server, { name: 'was-there' });
      const bound = await aToken(server, { agentId: 'was-there' });
      expect(parse((await policy({ enrolment: 'tokens-only' })).text)).toEqual({
        enrolment: 'tokens-only',
        mutualAuthenticationForAll: false,
        agentKeyMaxAgeDays: null,
      });
      expect(said(await enrol({ name: 'first-use' }))).toBe('403 FIRST_USE_CLOSED');
      expect(said(await enrol({ name: 'by-token', token }))).toBe('200');
      await policy({ enrolment: 'closed' });
      for (const wish of [{}, { token }, { token: bound }])
        expect(said(await enrol({ name: 'late', ...wish }))).toBe('403 ENROLMENT_CLOSED');
      await policy({ enrolment: 'tokens-and-first-use' });
      expect(said(await enrol({ name: 'first-use' }))).toBe('200');
    });

    it('reads page by page who did what', async () => {
      const page = async (query: string) =>
        parse<{ entries: { id: string; action: string }[] }>((await server.asAdmin(`/api/v1/audit?${query}`)).text)
          .entries;
      const newest = await page('limit=2');
      const [last] = newest.slice(-1);
      const older = await page(`limit=200&before=${last?.id}`);
      expect(newest).toHaveLength(2);
      expect(older.length).toBeGreaterThan(10);
      const ids = [...newest, ...older].map(({ id }) => Number(id));
      expect(ids).toEqual([...ids].sort((a, b) => b - a));
      expect(new Set(ids).size).toBe(ids.length);
      expect(older.map(({ action }) => action)).toContain('security-policy.changed');
    });
  });
});
