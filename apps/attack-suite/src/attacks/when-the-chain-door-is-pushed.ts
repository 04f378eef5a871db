import { randomUUID } from 'node:crypto';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { chainProtocol, gatewayPaths } from '@longshore/protocol';
import { ask } from '../attacker/ask';
import { enrol } from '../attacker/enrolled-agent';
import { aRequest, openRaw, say } from '../attacker/raw-line';
import { held, record } from '../report/row';
import type { SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';
import { until } from '../site/until';

/** Connections at once, and how many of one address may be served at a time. */
const crowd = 200;
const servedAtMost = 64;
const soonMs = 30_000;
/** Who lingers is sent away after this, and somebody else may come in. */
const patienceMs = 10_000;

const asksForChain: ConnectionOptions = { ALPNProtocols: [chainProtocol] };

/** What is said at this door is not read: an answer to it is a way in. */
const sayings: Readonly<Record<string, string>> = {
  'a request': aRequest('GET', '/agent/v1/ping'),
  'a request to enrol': `POST /agent/v1/enrol HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}`,
  'the beginning of a request': 'GET /',
  'a request without an end': `GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}`,
  'a megabyte': 'z'.repeat(1_000_000),
};

/** Answered by HTTP, or still open when the time for everybody is over. */
async function isHeard(site: SiteFacts, text: string): Promise<boolean> {
  const socket = await openRaw(site.gatewayPort, asksForChain);
  const { statuses } = await say(socket, text);
  return statuses.length > 0;
}

interface Visitor {
  readonly socket: TLSSocket;
  isIn: boolean;
  told: boolean;
  sentAway: boolean;
}

/** Takes what it is given and does not leave. */
function lingering(port: number): Visitor {
  const options = { ...asksForChain, allowHalfOpen: true, rejectUnauthorized: false };
  const socket = connect({ host: '127.0.0.1', port, ...options });
  const visitor: Visitor = { socket, isIn: false, told: false, sentAway: false };
  socket
    .on('secureConnect', () => (visitor.isIn = true))
    .on('data', () => (visitor.told = true))
    .on('error', () => (visitor.sentAway = true))
    .on('end', () => (visitor.sentAway ||= !visitor.told))
    .on('close', () => (visitor.sentAway ||= !visitor.told));
  return visitor;
}

interface Crowding {
  /** Let in beyond those that may be served at a time. */
  readonly tooMany: number;
  readonly agentAnswered: boolean;
}

/** `isSettled` tells of a visitor that nothing more is to come. */
async function comeAsCrowd(site: SiteFacts, isSettled: (visitor: Visitor) => boolean): Promise<Crowding> {
  const agent = await enrol(site, { name: `d-${randomUUID().slice(0, 8)}` });
  const startedAt = performance.now();
  const visitors = Array.from({ length: crowd }, () => lingering(site.gatewayPort));
  try {
    const ping = ask(site.gatewayPort, gatewayPaths.ping, { identity: agent.identity, headers: agent.headers });
    const settled = until('all of the crowd', soonMs, () => visitors.every(isSettled));
    const [{ status }] = await Promise.all([ping, settled]);
    const turns = 1 + Math.floor((performance.now() - startedAt) / patienceMs);
    const letIn = visitors.filter(({ told, sentAway }) => told || !sentAway).length;
    return { tooMany: Math.max(0, letIn - servedAtMost * turns), agentAnswered: status === 204 };
  } finally {
    for (const { socket } of visitors) socket.destroy();
  }
}

describe('when the chain door is pushed', () => {
  it('reads nothing, serves so many at a time, and leaves the agents theirs', async () => {
    const [site, weak] = [realSite(), await weakSite('chain-door')];
    const countHeard = async (at: SiteFacts): Promise<number> =>
      (await Promise.all(Object.values(sayings).map((text) => isHeard(at, text)))).filter(Boolean).length;
    const [heard, heardByWeak] = [await countHeard(site), await countHeard(weak)];
    const [real, control] = [
      await comeAsCrowd(site, ({ told, sentAway }) => told || sentAway),
      await comeAsCrowd(weak, ({ isIn, sentAway }) => isIn || sentAway),
    ];
    expect([heard, real]).toEqual([0, { tooMany: 0, agentAnswered: true }]);
    await expect(openRaw(site.gatewayPort, { ALPNProtocols: ['h2', 'longshore-chai'] })).rejects.toThrow(/alert/);
    const said = Object.keys(sayings).length;
    const attempts = said + crowd - servedAtMost + 1;
    const row = record({
      attack: `the chain door: ${said} things said there, ${crowd} visitors that stay, another protocol`,
      ...{ attempts, refused: attempts - heard - real.tooMany },
      control: { weakening: 'chain-door', attempts: attempts - 1, succeeded: heardByWeak + control.tooMany },
      note: `at most ${servedAtMost} at a time; an agent is answered meanwhile`,
    });
    expect(row).toEqual(held(attempts));
  });
});
