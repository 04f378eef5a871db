/** Forgetting, re-pinning, API keys and moves, each against a live agent of a real server. */
import { createAgentKeyMove, createSigner, type Identity, parseApiKey } from '@longshore/pinning';
import {
  type AgentId,
  agentIdSchema,
  gatewayPaths,
  type RePinAnswer,
  type ServerId,
  serverIdSchema,
} from '@longshore/protocol';
import type { Agent, AuditEntry, IssuedApiKey, SecurityEvent, ServerFacts } from '@longshore/rest-contract';
import { useDatabases } from '@longshore/testing';
import { aLiveAgent } from '../testing/a-live-agent';
import { type AnAgent, anAgent, aToken } from '../testing/an-agent';
import { type Answered, aServer, type AServer, codeIn, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment } from '../testing/an-enrolment';
import { eventually } from '../testing/eventually';

const aDatabase = useDatabases();

describe('the trust in agents', () => {
  let server: AServer;
  beforeAll(async () => {
    server = await aServer(await aDatabase());
  });
  afterAll(() => server.stop());

  const tell = (id: string, path: string, body?: object, method = 'POST'): Promise<Answered> =>
    server.asAdmin(`/api/v1/agents/${id}/${path}`, { method, ...(body === undefined ? {} : { body }) });
  const show = async (id: string): Promise<Agent> => parse<Agent>((await server.asAdmin(`/api/v1/agents/${id}`)).text);
  const eventsOf = async (id: string): Promise<SecurityEvent[]> =>
    parse<{ events: SecurityEvent[] }>((await server.asAdmin(`/api/v1/security-events?agent=${id}`)).text).events;
  const auditOf = async (id: string): Promise<AuditEntry[]> =>
    parse<{ entries: AuditEntry[] }>((await server.asAdmin(`/api/v1/audit?agent=${id}`)).text).entries;
  const rePin = async (identity: Identity, apiKey: string, type: 'web' | 'jms' = 'web'): Promise<Answered> => {
    const { sealingKey, facts } = await anEnrolment(identity, { type });
    const body = { type, sealingKey, facts };
    return server.ask('agents', gatewayPaths.rePin, { method: 'POST', body, identity, apiKey });
  };
  const ping = async (identity: Identity, apiKey: string): Promise<string> => {
    const answer = await server.ask('agents', gatewayPaths.ping, { identity, apiKey });
    return answer.status === 204 ? '204' : `${answer.status} ${codeIn(answer)}`;
  };
  const said = (answer: Answered): string => `${answer.status} ${answer.status < 300 ? '' : codeIn(answer)}`.trim();

  describe('forgetting a certificate', () => {
    it('ends what is open, and the key that comes with the API key is pinned, once', async () => {
      const { identity, apiKey } = await anAgent(server, { name: 'reinstalled' });
      const live = await aLiveAgent(server, { identity, apiKey });
      const startedAt = performance.now();
      const forgotten = parse<Agent>((await tell('reinstalled', 'forget-certificate')).text);
      expect(forgotten).toMatchObject({
        fingerprint: null,
        connection: 'offline',
        security: { keyPinnedAt: null, forgotten: { fingerprint: identity.fingerprint, sameKeyAllowed: false } },
      });
      expect(await live.ended).toBe('forgotten');
      expect(await live.ping()).toBe(401);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
      await live.close();
      expect(await ping(identity, apiKey)).toBe('401 PIN_FORGOTTEN');

      const fresh = anAgentKey();
      expect(said(await rePin(identity, apiKey))).toBe('403 PIN_FORGOTTEN_KEY');
      expect(said(await rePin(fresh, `${apiKey.slice(0, -1)}_`))).toBe('401 API_KEY_REFUSED');
      const answer = parse<RePinAnswer & { apiKey?: string }>((await rePin(fresh, apiKey)).text);
      expect(answer).toMatchObject({ agentId: 'reinstalled', state: 'approved', jms: null });
      expect(answer.apiKey).toBeUndefined();
      expect(await ping(fresh, apiKey)).toBe('204');
      expect(await show('reinstalled')).toMatchObject({
        fingerprint: fresh.fingerprint,
        security: { keyPinnedAt: expect.any(String), forgotten: null },
      });

      expect(said(await rePin(fresh, apiKey))).toBe('200');
      expect(said(await rePin(anAgentKey(), apiKey))).toBe('409 PIN_NOT_FORGOTTEN');
      expect(said(await rePin(identity, apiKey))).toBe('409 PIN_NOT_FORGOTTEN');
      expect((await auditOf('reinstalled')).map(({ actor, action }) => [actor, action])).toEqual([
        ['agent:reinstalled', 'agent.key-pinned'],
        ['operator:admin', 'agent.certificate-forgotten'],
        ['agent:reinstalled', 'agent.enrolled'],
      ]);
    });

    it('keeps the forgotten key out for good, unless the operator ticks it', async () => {
      const { identity, apiKey } = await anAgent(server, { name: 'same-key' });
      await tell('same-key', 'forget-certificate', {});
      expect(said(await rePin(identity, apiKey))).toBe('403 PIN_FORGOTTEN_KEY');
      const body = await anEnrolment(identity, { name: 'elsewhere', token: await aToken(server) });
      const enrolled = await server.ask('agents', gatewayPaths.enrol, { method: 'POST', body, identity });
      expect(said(enrolled)).toBe('403 KEY_REJECTED');
      await tell('same-key', 'forget-certificate', { allowSameKey: true });
      expect(said(await rePin(identity, apiKey))).toBe('200');
      expect(await ping(identity, apiKey)).toBe('204');
    });

    it('lasts as long as the operator said', async () => {
      const { apiKey } = await anAgent(server, { name: 'too-late' });
      await tell('too-late', 'forget-certificate', { expiresInMinutes: 5 });
      await server.running.database.query(
        `UPDATE agents SET forget_expires_at = now() - interval '1 s' WHERE id = 'too-late'`,
      );
      expect(said(await rePin(anAgentKey(), apiKey))).toBe('403 FORGET_EXPIRED');
      expect((await show('too-late')).security.forgotten).toBeNull();
    });

    it('pins neither another agent’s key nor a rejected one, nor for the other type', async () => {
      const { apiKey } = await anAgent(server, { name: 'picky' });
      const other = await anAgent(server, { name: 'other' });
      const rejected = await anAgent(server, { name: 'rejected', withToken: false });
      expect(said(await tell('rejected', 'reject'))).toBe('204');
      await tell('picky', 'forget-certificate');
      expect(said(await rePin(other.identity, apiKey))).toBe('409 KEY_TAKEN');
      expect(said(await rePin(rejected.identity, apiKey))).toBe('403 KEY_REJECTED');
      expect(said(await rePin(anAgentKey(), apiKey, 'jms'))).toBe('409 AGENT_TYPE_OTHER');
      expect(await show('picky')).toMatchObject({ fingerprint: null });
    });

    it('shows both fingerprints to whoever looks for the thief', async () => {
      const { identity, apiKey } = await anAgent(server, { name: 'robbed' });
      const thief = anAgentKey();
      for (let n = 0; n < 5; n += 1) expect(await ping(thief, apiKey)).toBe('401 PIN_REFUSED');
      expect(await ping(identity, `${apiKey.slice(0, -1)}_`)).toBe('401 API_KEY_REFUSED');
      const events = await eventually(
        () => eventsOf('robbed'),
        (found) => found.length === 2,
      );
      expect(events).toEqual([
        expect.objectContaining({ code: 'API_KEY_REFUSED', agentId: 'robbed' }),
        expect.objectContaining({
          code: 'PIN_REFUSED',
          details: expect.objectContaining({
            leg: 'https',
            expected: identity.fingerprint,
            presented: thief.fingerprint,
          }),
        }),
      ]);
      expect(JSON.stringify(events)).not.toContain(parseApiKey(apiKey).secret);
    });
  });

  describe('an API key', () => {
    it('is issued anew, and the old one stops on what is open', async () => {
      const { identity, apiKey } = await anAgent(server, { name: 'renewed' });
      const live = await aLiveAgent(server, { identity, apiKey });
      const issued = await tell('renewed', 'api-key');
      const { id, apiKey: next } = parse<IssuedApiKey>(issued.text);
      expect([issued.status, await live.ended, await live.ping()]).toEqual([201, 'credentials-changed', 401]);
      await live.close();
      expect([await ping(identity, apiKey), await ping(identity, next)]).toEqual(['401 API_KEY_REFUSED', '204']);
      expect((await show('renewed')).security.apiKey?.id).toBe(id);
      const text = JSON.stringify([await auditOf('renewed'), await show('renewed')]);
      expect(text).not.toContain(parseApiKey(next).secret);
    });

    it('is revoked, and its agent is out until it gets another', async () => {
      const { identity, apiKey } = await anAgent(server, { name: 'revoked' });
      const live = await aLiveAgent(server, { identity, apiKey });
      expect(said(await tell('revoked', 'api-key', undefined, 'DELETE'))).toBe('204');
      expect([await live.ended, await live.ping()]).toEqual(['credentials-changed', 401]);
      await live.close();
      expect(await ping(identity, apiKey)).toBe('401 API_KEY_REFUSED');
      expect(await show('revoked')).toMatchObject({ connection: 'error', security: { apiKey: null } });
      const { apiKey: next } = parse<IssuedApiKey>((await tell('revoked', 'api-key')).text);
      expect(await ping(identity, next)).toBe('204');
    });
  });

  describe('a move to another key', () => {
    const serverId = async (): Promise<ServerId> =>
      serverIdSchema.parse(parse<ServerFacts>((await server.asAdmin('/api/v1/server')).text).serverId);
    const aMove = async (agentId: AgentId, from: Identity, to: Identity, signedBy = from): Promise<object> => ({
      move: await createAgentKeyMove({
        agentId,
        serverId: await serverId(),
        certificatePem: to.certificatePem,
        from: createSigner(signedBy.privateKeyPem),
        to: createSigner(to.privateKeyPem),
      }),
      sealingKey: (await anEnrolment(to)).sealingKey,
    });
    const move = (agent: Pick<AnAgent, 'identity' | 'apiKey'>, body: object): Promise<Answered> => {
      const { identity, apiKey } = agent;
      return server.ask('agents', gatewayPaths.identity, { method: 'POST', body, identity, apiKey });
    };

    it('kills the old key everywhere and lets the new one in', async () => {
      const agent = await anAgent(server, { name: 'moving' });
      const [id, next] = [agentIdSchema.parse('moving'), anAgentKey()];
      expect(said(await tell('moving', 'identity', { request: 'rotate-key' }))).toBe('200');
      expect((await show('moving')).security.identityRequest).toBe('rotate-key');
      const live = await aLiveAgent(server, agent);
      const body = await aMove(id, agent.identity, next);
      expect(said(await move(agent, body))).toBe('200');
      expect([await live.ended, await live.ping()]).toEqual(['credentials-changed', 401]);
      await live.close();
      expect([await ping(agent.identity, agent.apiKey), await ping(next, agent.apiKey)]).toEqual([
        '401 PIN_REFUSED',
        '204',
      ]);
      expect((await show('moving')).security.identityRequest).toBeNull();

      // The same statement again: by the old key, which is nobody's now, and by the new one, which it does not name.
      expect(said(await move(agent, body))).toBe('401 PIN_REFUSED');
      expect(said(await move({ identity: next, apiKey: agent.apiKey }, body))).toBe('400 SIGNATURE_REFUSED');
      const back = await aMove(id, agent.identity, anAgentKey());
      expect(said(await move({ identity: next, apiKey: agent.apiKey }, back))).toBe('400 SIGNATURE_REFUSED');
    });

    it('is not made by who lacks one of both keys, nor for another agent, nor to its key', async () => {
      const agent = await anAgent(server, { name: 'guarded' });
      const other = await anAgent(server, { name: 'neighbour' });
      const [id, otherId] = [agentIdSchema.parse('guarded'), agentIdSchema.parse('neighbour')];
      const [next, thief] = [anAgentKey(), anAgentKey()];
      const tries: [string, object, string][] = [
        ['another key signs for the old one', await aMove(id, agent.identity, next, thief), '400 SIGNATURE_REFUSED'],
        ['of another agent', await aMove(otherId, agent.identity, next), '400 SIGNATURE_REFUSED'],
        ['to another agent’s key', await aMove(id, agent.identity, other.identity), '409 KEY_TAKEN'],
        [
          'with a sealing key of somebody else',
          { ...(await aMove(id, agent.identity, next)), sealingKey: (await anEnrolment(thief)).sealingKey },
          '400 SIGNATURE_REFUSED',
        ],
      ];
      for (const [what, body, expected] of tries)
        expect([what, said(await move(agent, body))]).toEqual([what, expected]);
      const stolen = await move({ ...agent, apiKey: other.apiKey }, await aMove(id, agent.identity, next));
      expect(said(stolen)).toBe('401 API_KEY_REFUSED');
      expect(await ping(agent.identity, agent.apiKey)).toBe('204');
    });

    it('to the same key renews the certificate, and makes the key no younger', async () => {
      const agent = await anAgent(server, { name: 'renewing' });
      await server.running.database.query(
        `UPDATE agents SET key_pinned_at = now() - interval '40 days' WHERE id = 'renewing'`,
      );
      const { keyPinnedAt } = (await show('renewing')).security;
      expect(
        said(await move(agent, await aMove(agentIdSchema.parse('renewing'), agent.identity, agent.identity))),
      ).toBe('200');
      expect((await show('renewing')).security.keyPinnedAt).toBe(keyPinnedAt);
      expect(await ping(agent.identity, agent.apiKey)).toBe('204');
      expect((await auditOf('renewing'))[0]).toMatchObject({ action: 'agent.certificate-renewed' });
    });
  });

  it('tells an agent what it should hold of its server', async () => {
    const agent = await anAgent(server, { name: 'asks' });
    const answer = await agent.ask(gatewayPaths.trust);
    expect([answer.status, parse(answer.text)]).toEqual([
      200,
      { statements: [agent.answer.chainHead], gateways: agent.answer.gateways, jms: null },
    ]);
  });
});
