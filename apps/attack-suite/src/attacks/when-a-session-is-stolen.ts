import { randomUUID } from 'node:crypto';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { brokerPasswordOf, parseApiKey } from '@longshore/pinning';
import { agentNamespace, gatewayPaths } from '@longshore/protocol';
import { apiPaths } from '@longshore/rest-contract';
import { PinnedHttpAgent } from '@longshore/tls';
import { io } from 'socket.io-client';
import { openLine } from '../attacker/ask';
import { BrokerSession } from '../attacker/broker-session';
import { enrol, type EnrolledAgent } from '../attacker/enrolled-agent';
import { aRequest, openRaw, say } from '../attacker/raw-line';
import { held, record } from '../report/row';
import { asOperator, type SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';
import { until } from '../site/until';

const anAgent = (site: SiteFacts): Promise<EnrolledAgent> => enrol(site, { name: `s-${randomUUID().slice(0, 8)}` });
const pingOf = ({ headers }: EnrolledAgent): string => aRequest('GET', gatewayPaths.ping, headers);

/** The agent's own visit, with its key; whoever copies its memory or its disk gets the session. */
async function sessionOf(site: SiteFacts, agent: EnrolledAgent, version: SecureVersion): Promise<Buffer | undefined> {
  const { certificatePem: cert, privateKeyPem: key } = agent.identity;
  const socket = await openRaw(site.gatewayPort, { cert, key, minVersion: 'TLSv1.2', maxVersion: version });
  let session: Buffer | undefined;
  socket.on('session', (fresh: Buffer) => (session = fresh));
  const early = socket.getSession();
  await say(socket, pingOf(agent));
  return session ?? early;
}

/** The thief has the session and the API key, and not the key. */
async function resume(site: SiteFacts, version: SecureVersion): Promise<boolean> {
  const agent = await anAgent(site);
  const session = await sessionOf(site, agent, version).catch(() => undefined);
  if (session === undefined) return false;
  const thief: TLSSocket | null = await openRaw(site.gatewayPort, {
    ...{ session, minVersion: 'TLSv1.2', maxVersion: version },
  }).catch(() => null);
  return thief !== null && (await say(thief, pingOf(agent))).statuses.some((status) => status < 400);
}

/** What an operator does about an agent that is in the wrong hands. */
const remedies: Readonly<Record<string, (site: SiteFacts, id: string) => Promise<unknown>>> = {
  removed: (site, id) => asOperator(site, apiPaths.agent(id), { method: 'DELETE' }),
  'API key issued anew': (site, id) => asOperator(site, apiPaths.agentApiKey(id), { method: 'POST', body: {} }),
  'API key revoked': (site, id) => asOperator(site, apiPaths.agentApiKey(id), { method: 'DELETE' }),
  'certificate forgotten': (site, id) => asOperator(site, apiPaths.forgetCertificate(id), { method: 'POST', body: {} }),
};

/** Its connection is open and idle meanwhile: is the next request on it still taken? */
async function goOnAfter(remedy: (typeof remedies)[string], site: SiteFacts): Promise<boolean> {
  const agent = await anAgent(site);
  const line = openLine(site.gatewayPort, agent.identity);
  try {
    const ping = () => line.ask(gatewayPaths.ping, { headers: agent.headers });
    expect((await ping()).status).toBe(204);
    await remedy(site, agent.id);
    return (await ping().catch(() => ({ status: 599 }))).status < 400;
  } finally {
    await line.close();
  }
}

/** Milliseconds from the operator's click to the end of the agent's WebSocket. */
async function cutAfterMs(remedy: (typeof remedies)[string], site: SiteFacts): Promise<number> {
  const agent = await anAgent(site);
  const trusting = new PinnedHttpAgent({ isPinned: () => true, identity: agent.identity });
  const socket = io(`https://127.0.0.1:${site.gatewayPort}${agentNamespace}`, {
    ...{ transports: ['websocket'], reconnection: false, forceNew: true, extraHeaders: { ...agent.headers } },
    // Typed for browsers as a string or false; Node's transport takes an agent.
    agent: trusting as unknown as string,
  });
  await until('its WebSocket', 15_000, () => socket.connected);
  const ended = new Promise((settle) => socket.once('disconnect', settle));
  const startedAt = performance.now();
  await Promise.all([remedy(site, agent.id), ended]);
  return Math.round(performance.now() - startedAt);
}

const countOf = async (attempts: readonly Promise<boolean>[]): Promise<number> =>
  (await Promise.all(attempts)).filter(Boolean).length;

describe('when a session is stolen', () => {
  it('opens nothing without the key', async () => {
    const versions: readonly SecureVersion[] = ['TLSv1.3', 'TLSv1.3', 'TLSv1.2', 'TLSv1.2'];
    const weak = await weakSite('tls-floor');
    const through = await countOf(versions.map((version) => resume(realSite(), version)));
    const control = await countOf(versions.map((version) => resume(weak, version)));
    const row = record({
      attack: 'a stolen TLS session instead of the key',
      attempts: versions.length,
      refused: versions.length - through,
      control: { weakening: 'tls-floor', attempts: versions.length, succeeded: control },
    });
    expect(row).toEqual(held(versions.length));
  });

  const cuts: string[] = [];

  it('ends within a second on its WebSocket, whatever the operator does about it', async () => {
    for (const [name, remedy] of Object.entries(remedies)) {
      const afterMs = await cutAfterMs(remedy, realSite());
      cuts.push(`${name} ${afterMs} ms`);
      expect([name, afterMs < 1_000]).toEqual([name, true]);
    }
  });

  it('is worth nothing once its agent is removed, forgotten or has another API key', async () => {
    const weak = await weakSite('trusted-peers');
    const all = Object.values(remedies);
    const through = await countOf(all.map((remedy) => goOnAfter(remedy, realSite())));
    const control = await countOf(all.map((remedy) => goOnAfter(remedy, weak)));
    const row = record({
      attack: 'a keep-alive connection of an agent that is removed, forgotten, or has another API key',
      attempts: all.length,
      refused: all.length - through,
      control: { weakening: 'trusted-peers', attempts: all.length, succeeded: control },
      note: `its WebSocket ended after: ${cuts.join(', ')}`,
    });
    expect(row).toEqual(held(all.length));
  });

  it('ends within a second at the broker, once its API key is another', async () => {
    const { broker } = realSite();
    if (broker === null) throw new Error('this site has no broker');
    for (const remedy of ['API key issued anew', 'API key revoked', 'removed']) {
      const agent = await enrol(realSite(), { name: `k-${randomUUID().slice(0, 8)}`, type: 'jms' });
      const login = {
        user: agent.answer.jms?.user ?? '',
        password: brokerPasswordOf(parseApiKey(agent.apiKey).secret),
      };
      const session = await until('its user in the broker', 15_000, () => BrokerSession.open(broker, login));
      const startedAt = performance.now();
      await Promise.all([remedies[remedy]?.(realSite(), agent.id), session.ended]);
      expect([remedy, performance.now() - startedAt < 1_000]).toEqual([remedy, true]);
      await expect(BrokerSession.open(broker, login)).rejects.toThrow(/ACCESS/);
    }
  });
});
