import { messageEvent } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { dial, outcomeOf } from '../testing/a-live-agent';
import { anAgent } from '../testing/an-agent';
import { aServer, type AServer } from '../testing/a-server';
import { WelcomeContent } from '../delivery/welcome-content';
import { IdentityUpkeep } from './identity-upkeep';

const aDatabase = useDatabases();

describe('the age of agents’ keys', () => {
  let server: AServer;
  beforeAll(async () => {
    server = await aServer(await aDatabase());
    await server.asAdmin('/api/v1/security-policy', { method: 'PATCH', body: { agentKeyMaxAgeDays: 30 } });
  });
  afterAll(() => server.stop());

  const dutyOf = (id: string) =>
    server.running.application.nest.get(WelcomeContent, { strict: false }).identityFor(id as never);
  const age = (id: string, days: number) =>
    server.running.database.query('UPDATE agents SET key_pinned_at = now() - make_interval(days => $2) WHERE id = $1', [
      id,
      days,
    ]);
  const seen = (id: string) =>
    server.running.database.query(
      'INSERT INTO agent_presence (agent_id, control_at) VALUES ($1, now()) ON CONFLICT (agent_id) DO UPDATE SET control_at = now()',
      [id],
    );

  it('is judged by the policy; an operator’s wish comes first', async () => {
    await anAgent(server, { name: 'old' });
    expect(await dutyOf('old')).toBe('keep');
    await age('old', 31);
    expect(await dutyOf('old')).toBe('rotate-key');
    const request = { method: 'POST', body: { request: 'renew-certificate' } };
    expect((await server.asAdmin('/api/v1/agents/old/identity', request)).status).toBe(200);
    expect(await dutyOf('old')).toBe('renew-certificate');
    await server.asAdmin('/api/v1/agents/old/forget-certificate', { method: 'POST' });
    expect(await dutyOf('old')).toBe('keep');
    expect((await server.asAdmin('/api/v1/agents/old/identity', request)).status).toBe(409);
  });

  it('makes the server ask those that are connected for a hello, and an operator’s wish at once', async () => {
    const [young, aged] = [await anAgent(server, { name: 'young' }), await anAgent(server, { name: 'aged' })];
    const sockets = [young, aged].map((agent) => dial(server.settings.gatewayPort, agent));
    const heard: string[] = [];
    sockets.forEach((socket, index) =>
      socket.on(messageEvent, ({ type }: { type: string }) => heard.push(`${['young', 'aged'][index]} ${type}`)),
    );
    expect(await Promise.all(sockets.map(outcomeOf))).toEqual(['connected', 'connected']);
    await Promise.all([seen('young'), seen('aged'), age('aged', 31)]);
    const next = (index: number) => new Promise((resolve) => sockets[index]?.once(messageEvent, resolve));
    const asked = next(1);
    await server.running.application.nest.get(IdentityUpkeep, { strict: false }).askDue();
    await asked;
    expect(heard).toEqual(['aged resync']);
    const askedToo = next(0);
    await server.asAdmin('/api/v1/agents/young/identity', { method: 'POST', body: { request: 'rotate-key' } });
    await askedToo;
    expect(heard).toEqual(['aged resync', 'young resync']);
    sockets.forEach((socket) => socket.close());
  });
});
