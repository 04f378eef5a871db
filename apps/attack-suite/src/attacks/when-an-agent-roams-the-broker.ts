import { randomUUID } from 'node:crypto';
import type { Channel } from 'amqplib';
import { brokerPasswordOf, parseApiKey } from '@longshore/pinning';
import { BrokerSession } from '../attacker/broker-session';
import { enrol, type EnrolledAgent } from '../attacker/enrolled-agent';
import { held, record } from '../report/row';
import type { SiteFacts } from '../site/site';
import { realSite, weakSite } from '../site/site-under-attack';
import { until } from '../site/until';

const nothing = Buffer.from('{}');

/** What A tries with its own credential against B; `own` and `foreign` are their broker users. */
function tries(
  b: EnrolledAgent,
  own: string,
  foreign: string,
): Readonly<Record<string, (channel: Channel) => unknown>> {
  const queue = `jms.agent.${b.id}`;
  const publish =
    (exchange: string, key: string, userId = own) =>
    (channel: Channel) =>
      channel.publish(exchange, key, nothing, { userId });
  return {
    'publish as B by routing key': publish('jms.in', `from.${b.id}.control`),
    'publish as B by a longer key': publish('jms.in', `from.${b.id}.control.x`),
    'publish under any key': publish('jms.in', '#'),
    'publish with the user of B': publish('jms.in', `from.${b.id}.control`, foreign),
    'publish with the user of the server': publish('jms.in', `from.${b.id}.control`, 'longshore-server'),
    "publish into B's queue": publish('', queue),
    'publish into the inbound queues': publish('', 'jms.in.0'),
    'publish to amq.topic': publish('amq.topic', queue),
    'declare a queue': (channel) => channel.assertQueue(`mine-${randomUUID()}`),
    'declare a private queue': (channel) => channel.assertQueue('', { exclusive: true }),
    "declare B's queue": (channel) => channel.assertQueue(queue, { durable: true }),
    'declare an exchange': (channel) => channel.assertExchange(`mine-${randomUUID()}`, 'fanout'),
    "bind B's queue": (channel) => channel.bindQueue(queue, 'jms.in', '#'),
    "consume B's queue": (channel) => channel.consume(queue, () => undefined),
    "get from B's queue": (channel) => channel.get(queue),
    'get from an inbound queue': (channel) => channel.get('jms.in.0'),
    "purge B's queue": (channel) => channel.purgeQueue(queue),
    "delete B's queue": (channel) => channel.deleteQueue(queue),
    'delete the inbound exchange': (channel) => channel.deleteExchange(`jms.in`, { ifUnused: true }),
  };
}

async function roam(site: SiteFacts): Promise<{ tried: number; done: string[] }> {
  const { broker } = site;
  if (broker === null) throw new Error('this site has no broker');
  const id = randomUUID().slice(0, 8);
  const [a, b] = [
    await enrol(site, { name: `ra-${id}`, type: 'jms' }),
    await enrol(site, { name: `rb-${id}`, type: 'jms' }),
  ];
  const [own, foreign] = [a.answer.jms?.user ?? '', b.answer.jms?.user ?? ''];
  const { secret } = parseApiKey(a.apiKey);
  const password = brokerPasswordOf(secret);
  const done: string[] = [];
  // The server writes the user into the broker right after it has answered.
  const session = await until("A's user in the broker", 15_000, () =>
    BrokerSession.open(broker, { user: own, password }),
  );
  const all = tries(b, own, foreign);
  for (const [name, what] of Object.entries(all)) if (await session.does(what)) done.push(name);
  await session.close();
  const logins = {
    "B's user with A's password": { user: foreign, password },
    'another vhost': { user: own, password, vhost: '/' },
    'the bare secret of the API key': { user: own, password: secret },
    'no password': { user: own, password: '' },
    guest: { user: 'guest', password: 'guest' },
    "the server with A's password": { user: broker.adminUser, password },
  };
  for (const [name, login] of Object.entries(logins)) {
    const entered = await BrokerSession.open(broker, login).catch(() => null);
    if (entered !== null) done.push(name);
    await entered?.close();
  }
  return { tried: Object.keys(all).length + Object.keys(logins).length, done };
}

describe('when an agent roams the broker', () => {
  it('can do nothing there but its own', async () => {
    const real = await roam(realSite());
    const control = await roam(await weakSite('broker-permissions'));
    expect(real.done).toEqual([]);
    const row = record({
      attack: "A's credential used for B's queue, key, user and the broker's own things",
      ...{ attempts: real.tried, refused: real.tried - real.done.length },
      control: { weakening: 'broker-permissions', attempts: control.tried, succeeded: control.done.length },
    });
    expect(row).toEqual(held(real.tried));
  });
});
