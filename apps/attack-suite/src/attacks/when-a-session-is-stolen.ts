import { randomUUID } from 'node:crypto';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { gatewayPaths } from '@longshore/protocol';
import { openLine } from '../attacker/ask';
import { enrol, type EnrolledAgent } from '../attacker/enrolled-agent';
import { aRequest, openRaw, say } from '../attacker/raw-line';
import { held, record } from '../report/row';
import { asOperator, type SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';

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

/** Removed while its connection is open and idle: is the next request on it still taken? */
async function goOnAfterRemoval(site: SiteFacts): Promise<boolean> {
  const agent = await anAgent(site);
  const line = openLine(site.gatewayPort, agent.identity);
  try {
    const ping = () => line.ask(gatewayPaths.ping, { headers: agent.headers });
    expect((await ping()).status).toBe(204);
    await asOperator(site, `/api/v1/agents/${agent.id}`, { method: 'DELETE' });
    return (await ping().catch(() => ({ status: 599 }))).status < 400;
  } finally {
    await line.close();
  }
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

  it('is worth nothing once its agent is removed', async () => {
    const weak = await weakSite('trusted-peers');
    const through = await countOf([goOnAfterRemoval(realSite()), goOnAfterRemoval(realSite())]);
    const control = await countOf([goOnAfterRemoval(weak)]);
    const row = record({
      attack: 'a keep-alive connection of a removed agent',
      attempts: 2,
      refused: 2 - through,
      control: { weakening: 'trusted-peers', attempts: 1, succeeded: control },
    });
    expect(row).toEqual(held(2));
  });
});
