import { createIdentity, createSigner, signMessage } from '@longshore/pinning';
import { aCancel, aHello, aMessageId, anAcceptedStep } from '../../../delivery/src/testing/messages';
import { RecordingListener, until } from '../../../delivery/src/testing/recording';
import { brokerTimeouts } from '../broker-timeouts';
import { type JmsPair, makeJmsPair } from '../testing/jms-pair';
import { TestBroker } from '../testing/test-broker';
import { agentQueueOf, inboundExchange } from '../topology';

jest.setTimeout(120_000);

let broker: TestBroker;
let pair: JmsPair;
let listener: RecordingListener;

beforeAll(async () => {
  broker = await TestBroker.start();
}, 300_000);
afterAll(() => broker?.stop());

beforeEach(async () => {
  pair = await makeJmsPair(broker);
  listener = new RecordingListener();
  await pair.agent.open(listener);
});
afterEach(async () => {
  await pair.agent.close('test over');
  await pair.close();
});

const toServer = () => ({ exchange: inboundExchange, routingKey: `from.${pair.ends.agentId}.control` });
const signed = (message: unknown, signer = pair.agentSigner) => signMessage({ text: JSON.stringify(message), signer });

/** The word that follows gets through, so what was refused before it was refused and not just slow. */
async function expectRefused(code: string): Promise<void> {
  await pair.agent.send(aHello(pair.ends, 2));
  await until(() => pair.intake.words.length > 0, 'the good word is there');
  expect(pair.intake.words.map(({ count }) => count)).toEqual([2]);
  expect(pair.intake.refused.map((refused) => refused.code)).toEqual([code]);
}

/** Sends again, as a session does, until the store has it. */
async function submitUntilStored(seqs: readonly number[]): Promise<void> {
  const events = seqs.map((seq) => anAcceptedStep(pair.ends, seq));
  const end = performance.now() + 60_000;
  while (seqs.some((seq) => !pair.intake.events.has(seq))) {
    if (performance.now() > end) throw new Error('the events never arrived');
    try {
      if (listener.closed.length > 0) {
        const next = new RecordingListener();
        await pair.agent.open(next);
        listener = next;
      }
      await pair.agent.submit(events);
    } catch (cause) {
      expect(cause).toMatchObject({ severity: 'retry' });
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('what the server believes', () => {
  it('refuses a message without user_id', async () => {
    await pair.publishAs(pair.agentCredential, {
      ...toServer(),
      body: await signed(aHello(pair.ends)),
      properties: { messageId: aMessageId() },
    });
    await expectRefused('JMS_USER_FOREIGN');
  });

  it("refuses a message under another's user_id, even the administrator's", async () => {
    await pair.publishAs(broker.credential, { ...toServer(), body: await signed(aHello(pair.ends)) });
    await expectRefused('JMS_USER_FOREIGN');
  });

  it('refuses a body that was tampered with', async () => {
    const [header, , signature] = (await signed(aHello(pair.ends))).split('.');
    const payload = Buffer.from(JSON.stringify(aHello(pair.ends, 9))).toString('base64url');
    await pair.publishAs(pair.agentCredential, { ...toServer(), body: `${header}.${payload}.${signature}` });
    await expectRefused('SIGNATURE_REFUSED');
  });

  it('refuses a signature by another key', async () => {
    const stranger = createSigner(createIdentity({ kind: 'agent', id: 'stranger' }).privateKeyPem);
    await pair.publishAs(pair.agentCredential, { ...toServer(), body: await signed(aHello(pair.ends), stranger) });
    await expectRefused('SIGNATURE_REFUSED');
  });

  it('refuses a word that came as an event', async () => {
    const routingKey = `from.${pair.ends.agentId}.event`;
    await pair.publishAs(pair.agentCredential, {
      exchange: inboundExchange,
      routingKey,
      body: await signed(aHello(pair.ends)),
    });
    await expectRefused('JMS_KIND_FOREIGN');
  });

  it('refuses an agent whose key was regenerated or whose pin was forgotten, at once', async () => {
    const [known] = pair.peers.peers.splice(0);
    await pair.agent.send(aHello(pair.ends));
    await until(() => pair.intake.refused.length === 1, 'the forgotten agent is refused');
    pair.peers.peers.push({ ...(known as NonNullable<typeof known>), apiKey: { keyId: 'another', secretHash: '' } });
    await pair.agent.send(aHello(pair.ends));
    await until(() => pair.intake.refused.length === 2, 'the old key is refused');
    expect(pair.intake.refused.map(({ code }) => code)).toEqual(['JMS_SENDER_UNKNOWN', 'JMS_USER_FOREIGN']);
    expect(pair.intake.words).toEqual([]);
  });

  it('holds events back while the store cannot write, and loses none', async () => {
    let failures = 3;
    pair.intake.onEvents = async () => {
      if (failures-- > 0) throw new Error('the database is away');
    };
    await pair.agent.submit([anAcceptedStep(pair.ends, 1), anAcceptedStep(pair.ends, 2)]);
    await until(() => failures < 0 && pair.intake.events.size === 2, 'the store has taken them');
    expect([...pair.intake.events.keys()]).toEqual([1, 2]);
    expect(pair.faults).toHaveLength(3);
  });
});

describe('what the agent believes', () => {
  it("refuses another server's signature, and takes it from the queue", async () => {
    const stranger = createSigner(createIdentity({ kind: 'server', id: 'stranger' }).privateKeyPem);
    const body = await signed(aCancel(pair.ends, 1), stranger);
    await pair.publishAs(broker.credential, { exchange: '', routingKey: agentQueueOf(pair.ends.agentId), body });
    await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, 1)]);
    await until(() => listener.messages.length === 1, 'the good command is there');
    expect(pair.refusedByAgent).toEqual([
      expect.objectContaining({ code: 'SIGNATURE_FOREIGN_KEY', claimedSigner: stranger.fingerprint }),
    ]);
    await pair.agent.close('once more');
    await pair.agent.open(listener);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(pair.refusedByAgent).toHaveLength(1);
    expect(listener.messages).toHaveLength(1);
  });

  it('gets a command again that it could not store', async () => {
    listener.gate = () => Promise.reject(new Error('disk full'));
    await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, 1)]);
    await until(() => listener.closed.length === 1, 'the channel is closed');
    listener = new RecordingListener();
    await pair.agent.open(listener);
    await until(() => listener.commandSeqs.length === 1, 'the command is there again');
  });
});

describe('an agent in the broker', () => {
  it('may write neither in the name of another nor into a queue directly', async () => {
    const body = await signed(aHello(pair.ends));
    const routingKey = 'from.another.control';
    await expect(
      pair.publishAs(pair.agentCredential, { exchange: inboundExchange, routingKey, body }),
    ).rejects.toMatchObject({
      code: 'BROKER_CONFIRM_MISSING',
    });
    const elsewhere = { exchange: '', routingKey: agentQueueOf(pair.ends.agentId), body };
    await expect(pair.publishAs(pair.agentCredential, elsewhere)).rejects.toMatchObject({
      code: 'BROKER_CONFIRM_MISSING',
    });
  });

  it('is refused with a wrong password, which no error repeats', async () => {
    const login = { by: 'password', password: 'wrong-password' } as const;
    const wrong = { ...pair.agentCredential, login };
    const problem: unknown = await pair.publishAs(wrong, { ...toServer(), body: 'x' }).catch((cause: unknown) => cause);
    expect(problem).toMatchObject({ code: 'BROKER_ACCESS_REFUSED', severity: 'retry' });
    const texts = [problem, (problem as Error).cause]
      .map((error) => `${String(error)} ${(error as Error).stack}`)
      .join();
    expect(texts).not.toContain('wrong-password');
  });

  it('gets its queue back when somebody deleted it', async () => {
    await broker.management.delete(['queues', broker.credential.vhost, agentQueueOf(pair.ends.agentId)]);
    await until(() => listener.closed.length === 1, 'the agent noticed');
    await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, 1)]);
    await pair.agent.open(listener);
    await until(() => listener.commandSeqs.length === 1, 'the command is there');
  });
});

describe('a broker that dies', () => {
  it('with its data kept: everything sequenced arrives after it was sent again', async () => {
    await submitUntilStored([1, 2]);
    const before = pair.reconnects.count;
    const restart = broker.killAndRestart('kept');
    await until(() => listener.closed.length === 1, 'the agent noticed', 2 * brokerTimeouts.heartbeatMs);
    await restart;
    await submitUntilStored([3, 4, 5]);
    await until(() => pair.reconnects.count > before, 'the server is back');
    await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, 1)]);
    await until(() => listener.commandSeqs.includes(1), 'the command is there');
  });

  it('with its data folder deleted: the same, for the server puts users and queues back', async () => {
    await submitUntilStored([1, 2]);
    await broker.killAndRestart('deleted');
    await submitUntilStored([3, 4, 5]);
    await until(() => pair.server.isUp, 'the server is back');
    await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, 1)]);
    await until(() => listener.commandSeqs.includes(1), 'the command is there');
  });
});
