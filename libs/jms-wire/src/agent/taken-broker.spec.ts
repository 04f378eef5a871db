import { randomBytes } from 'node:crypto';
import { createIdentity, createSigner, signMessage } from '@longshore/pinning';
import { aCancel, aHello, anAcceptedStep, anAck, aServerId } from '../../../delivery/src/testing/messages';
import { RecordingListener, until } from '../../../delivery/src/testing/recording';
import { BrokerDialler } from '../amqp/broker-dialler';
import { type AnotherAgent, type JmsPair, makeJmsPair } from '../testing/jms-pair';
import { TakenBroker } from '../testing/taken-broker';
import { TestBroker } from '../testing/test-broker';
import { agentQueueOf, inboundExchange } from '../topology';
import { JmsAgentChannel } from './jms-agent-channel';

jest.setTimeout(120_000);

const anotherServer = createSigner(createIdentity({ kind: 'server', id: 'another' }).privateKeyPem);

let broker: TestBroker;
let pair: JmsPair;
let other: AnotherAgent;
let listener: RecordingListener;

beforeAll(async () => {
  broker = await TestBroker.start();
}, 300_000);
afterAll(() => broker?.stop());

beforeEach(async () => {
  pair = await makeJmsPair(broker);
  other = await pair.addAgent();
  listener = new RecordingListener();
});
afterEach(async () => {
  await pair.agent.close('test over');
  await pair.close();
});

const signed = (message: unknown, signer = pair.serverSigner) => signMessage({ text: JSON.stringify(message), signer });

/** What the broker's own administrator can do. */
const intoQueueOf = (agentId: JmsPair['ends']['agentId'], body: string) =>
  pair.publishAs(broker.credential, { exchange: '', routingKey: agentQueueOf(agentId), body });

describe('what a broker can make an agent believe', () => {
  beforeEach(() => pair.agent.open(listener));

  it.each([
    ['a message to another agent, moved into its queue', async () => signed(anAck(other.ends, 1))],
    ["another server's message", async () => signed(anAck({ ...pair.ends, serverId: aServerId() }, 1), anotherServer)],
    ["another server's message that names this agent", async () => signed(anAck(pair.ends, 1), anotherServer)],
    [
      "this server's message in the name of another",
      async () => signed({ ...anAck(pair.ends, 1), serverId: aServerId() }),
    ],
    ["the agent's own message, sent back", async () => signed(aHello(pair.ends), pair.agentSigner)],
    [
      "the agent's own message under the server's name",
      async () => {
        const [, payload, signature] = (await signed(aHello(pair.ends), pair.agentSigner)).split('.');
        const [header] = (await signed(aHello(pair.ends))).split('.');
        return `${header}.${payload}.${signature}`;
      },
    ],
    [
      'halves of two good messages',
      async () => {
        const [one, two] = await Promise.all([signed(anAck(pair.ends, 1)), signed(anAck(pair.ends, 2))]);
        const [header, , signature] = one.split('.');
        return `${header}.${two.split('.')[1]}.${signature}`;
      },
    ],
    ['a message without a signature', async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
    ['nothing', async () => ''],
  ])('is not %s', async (_what, body) => {
    await intoQueueOf(pair.ends.agentId, await body());
    await pair.server.send(pair.ends.agentId, anAck(pair.ends, 7));
    await until(() => listener.messages.length === 1, 'the good word is there');
    expect(listener.messages[0]?.count).toBe(7);
    expect(pair.refusedByAgent).toHaveLength(1);
  });

  it('is what was said, once more and in another order: the inbox knows it by stream, number and id', async () => {
    const bodies = await Promise.all([2, 1, 2].map((seq) => signed({ ...aCancel(pair.ends, seq), id: idOf(seq) })));
    for (const body of bodies) await intoQueueOf(pair.ends.agentId, body);
    await until(() => listener.commandSeqs.length === 3, 'all are handed over');
    expect(listener.commandSeqs).toEqual([2, 1, 2]);
    expect(new Set(listener.messages.map(({ id }) => id))).toEqual(new Set([idOf(1), idOf(2)]));
  });
});

const idOf = (seq: number): string => `00000000-0000-4000-8000-00000000000${seq}`;

describe('what a broker can make a server believe', () => {
  it('is no message of one agent as that of another, whatever the broker says about it', async () => {
    const body = await signed(aHello(other.ends), other.signer);
    // It moves it under this agent's key and user, as its administrator cannot, but as its owner can.
    await pair.publishAs(pair.agentCredential, {
      exchange: inboundExchange,
      routingKey: `from.${pair.ends.agentId}.control`,
      body,
    });
    await until(() => pair.intake.refused.length === 1, 'it is refused');
    expect(pair.intake.refused[0]).toMatchObject({ code: 'SIGNATURE_REFUSED' });
    expect(pair.intake.words).toEqual([]);
  });

  it('is what was said, again after a restart of the agent and of the broker: as a duplicate', async () => {
    const event = anAcceptedStep(pair.ends, 1);
    const replay = async () =>
      pair.publishAs(pair.agentCredential, {
        exchange: inboundExchange,
        routingKey: `from.${pair.ends.agentId}.event`,
        body: await signed(event, pair.agentSigner),
      });
    await replay();
    await until(() => pair.intake.arrivals.length === 1, 'it is there');
    await broker.killAndRestart('kept');
    await until(() => pair.server.isUp && pair.reconnects.count > 1, 'the server is back', 60_000);
    await replay();
    await until(() => pair.intake.arrivals.length >= 2, 'it is there again');
    expect(pair.intake.arrivals.at(-1)).toEqual(event);
    expect(pair.intake.events.size).toBe(1);
  });
});

/** Asks the queue itself: the management counts with a delay. */
async function waitingIn(queue: string): Promise<number> {
  const connection = await new BrokerDialler({ brokers: [broker.address], credential: broker.credential }).dial();
  const { messageCount } = await (await connection.openChannel()).checkQueue(queue);
  await connection.close();
  return messageCount;
}

describe('an agent that speaks for another', () => {
  const asOther = () => ({ routingKey: `from.${other.ends.agentId}.control`, exchange: inboundExchange });
  const own = () => ({ routingKey: `from.${pair.ends.agentId}.control`, exchange: inboundExchange });
  const closedByBroker = { code: 'BROKER_CONFIRM_MISSING' };

  it("may not write under the other's key, with the other's user or into the other's queue: the broker says so", async () => {
    const body = await signed(aHello(other.ends), pair.agentSigner);
    await expect(pair.publishAs(pair.agentCredential, { ...asOther(), body })).rejects.toMatchObject(closedByBroker);
    const properties = { messageId: idOf(1), userId: other.credential.user };
    await expect(pair.publishAs(pair.agentCredential, { ...own(), body, properties })).rejects.toMatchObject(
      closedByBroker,
    );
    const queue = { exchange: '', routingKey: agentQueueOf(other.ends.agentId), body };
    await expect(pair.publishAs(pair.agentCredential, queue)).rejects.toMatchObject(closedByBroker);
  });

  it.each([
    [
      "the other's name in the envelope",
      async () => signed(aHello({ ...pair.ends, agentId: other.ends.agentId }), pair.agentSigner),
      'JMS_ENVELOPE_FOREIGN',
    ],
    [
      "the other's key in the header",
      async () => {
        const [, payload, signature] = (await signed(aHello(pair.ends), pair.agentSigner)).split('.');
        const [header] = (await signed(aHello(pair.ends), other.signer)).split('.');
        return `${header}.${payload}.${signature}`;
      },
      'SIGNATURE_REFUSED',
    ],
  ])('is refused by the server with %s', async (_what, body, code) => {
    const properties = {
      messageId: idOf(1),
      userId: pair.agentCredential.user,
      replyTo: agentQueueOf(other.ends.agentId),
    };
    await pair.publishAs(pair.agentCredential, { ...own(), body: await body(), properties });
    await until(() => pair.intake.refused.length === 1, 'it is refused');
    expect(pair.intake.refused[0]).toMatchObject({ code });
    expect(pair.intake.words).toEqual([]);
  });

  it("gets no answer into another's queue by naming that as its reply address", async () => {
    await pair.agent.open(listener);
    pair.intake.onWord = ({ agentId }) => pair.server.send(agentId, anAck(pair.ends, 1));
    await pair.publishAs(pair.agentCredential, {
      ...own(),
      body: await signed(aHello(pair.ends), pair.agentSigner),
      properties: { messageId: idOf(1), userId: pair.agentCredential.user, replyTo: agentQueueOf(other.ends.agentId) },
    });
    await until(() => listener.messages.length === 1, 'the answer is in its own queue');
    expect(await waitingIn(agentQueueOf(other.ends.agentId))).toBe(0);
  });

  it("may not read the other's queue", async () => {
    const access = { ...pair.agentCredential, queue: agentQueueOf(other.ends.agentId) };
    const channel = new JmsAgentChannel({ ...pair.agentOptions, access });
    await expect(channel.open(listener)).rejects.toThrow(/ACCESS_REFUSED|403/);
  });
});

describe('what a broker can make an agent hold', () => {
  let taken: TakenBroker;
  let agent: JmsAgentChannel;

  beforeEach(async () => {
    taken = await TakenBroker.take(broker);
    agent = new JmsAgentChannel({ ...pair.agentOptions, brokers: [taken.address] });
    await agent.open(listener);
    await until(() => taken.consumers.length === 1, 'the agent consumes');
  });
  afterEach(async () => {
    await agent.close('test over');
    await taken.close();
  });

  it('is no content larger than a message, announced or endless: it passes and is refused', async () => {
    const content = Buffer.alloc(100_000);
    taken.beginDelivery(200 * content.length);
    await until(() => pair.refusedByAgent.length === 1, 'it is refused before it has come');
    for (let sent = 0; sent < 200; sent += 1) await taken.sendContent(content);
    await pair.server.send(pair.ends.agentId, anAck(pair.ends, 1));
    await until(() => listener.messages.length === 1, 'what follows is there');

    taken.beginDelivery(2 ** 50);
    const before = process.memoryUsage().arrayBuffers;
    for (let sent = 0; sent < 4_000; sent += 1) await taken.sendContent(content);
    // Of 400 MB: what is not collected yet is normal, what is held would be all of it.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000);
    expect(listener.closed).toEqual([]);
  });

  it('is no frame larger than was agreed', async () => {
    const head = Buffer.alloc(7);
    head.writeUInt8(3);
    head.writeUInt16BE(1, 1);
    head.writeUInt32BE(200_000_000, 3);
    taken.sendRaw(head);
    await until(() => listener.closed.length === 1, 'the channel is closed');
  });

  it('is no more deliveries than were asked for', async () => {
    const gate = new Promise<void>(() => undefined);
    listener.gate = () => gate;
    await pair.server.send(pair.ends.agentId, anAck(pair.ends, 1));
    await until(() => listener.messages.length === 1, 'the listener is busy');
    for (let sent = 0; sent < 100; sent += 1) taken.beginDelivery(0);
    await until(() => listener.closed.length === 1, 'the channel is closed');
    expect(listener.closed[0]).toMatchObject({ reason: 'flooded' });
  });

  it.each([1, 2, 3, 4, 5])('is no nonsense (%s)', async () => {
    taken.sendRaw(randomBytes(5_000));
    await until(() => listener.closed.length === 1, 'the channel is closed');
    await agent.open((listener = new RecordingListener()));
    await pair.server.send(pair.ends.agentId, anAck(pair.ends, 1));
    await until(() => listener.messages.length === 1, 'it goes on');
  });
});
