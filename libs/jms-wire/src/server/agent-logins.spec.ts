import {
  createCertificateAuthority,
  createIdentity,
  issueClientCertificate,
  publicKeyOfCertificate,
} from '@longshore/pinning';
import { aCancel, aHello, anAgentId } from '../../../delivery/src/testing/messages';
import { RecordingListener, until } from '../../../delivery/src/testing/recording';
import { JmsAgentChannel } from '../agent/jms-agent-channel';
import { BrokerDialler } from '../amqp/broker-dialler';
import type { BrokerCredential } from '../amqp/open-amqp';
import { type AgentLogin, type JmsPair, makeJmsPair } from '../testing/jms-pair';
import { TestBroker } from '../testing/test-broker';
import { agentQueueOf, agentUserOf, certifiedUserOf } from '../topology';

jest.setTimeout(120_000);

let broker: TestBroker;
let pair: JmsPair;
let listener: RecordingListener;

beforeAll(async () => {
  broker = await TestBroker.start();
}, 300_000);
afterAll(() => broker?.stop());

afterEach(async () => {
  await pair.agent.close('test over');
  await pair.close();
});

async function openPair(by: 'password' | 'certificate'): Promise<void> {
  pair = await makeJmsPair(broker, by);
  await reopen();
}

async function reopen(): Promise<void> {
  listener = new RecordingListener();
  await pair.agent.open(listener);
}

const dial = async (credential: BrokerCredential): Promise<void> =>
  (await new BrokerDialler({ brokers: [broker.address], credential }).dial()).close();

const refused = { code: 'BROKER_ACCESS_REFUSED' };

/** Answers how long it took until what the old login had opened was closed. */
async function changeTo(login: AgentLogin | null): Promise<number> {
  const { agentId } = pair.ends;
  pair.accounts.set(agentId, login?.user ?? null);
  const began = performance.now();
  await pair.topology.ensureAgent(agentId);
  await until(() => listener.closed.length === 1, 'the old connections are closed');
  return performance.now() - began;
}

function useLogin({ credential }: AgentLogin): void {
  pair.agent.useAccess({ ...credential, queue: agentQueueOf(pair.ends.agentId) });
}

async function expectGoesOn(seq: number): Promise<void> {
  await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, seq)]);
  await until(() => listener.commandSeqs.includes(seq), 'the command is there');
  const before = pair.intake.words.length;
  await pair.agent.send(aHello(pair.ends, seq));
  await until(() => pair.intake.words.length > before, 'the word is there');
}

describe('an agent with a client certificate', () => {
  beforeEach(() => openPair('certificate'));

  it('comes in by its key; no password opens its user, the empty one included', async () => {
    await expectGoesOn(1);
    const { user } = pair.byCertificate.credential;
    for (const password of ['', 'anything', user]) {
      const credential: BrokerCredential = { ...broker.credential, user, login: { by: 'password', password } };
      await expect(dial(credential)).rejects.toMatchObject(refused);
    }
    await expect(dial(pair.byPassword.credential)).rejects.toMatchObject(refused);
  });

  it('is refused with a certificate that somebody else signed, that it signed itself, or that names another', async () => {
    const identity = createIdentity({ kind: 'agent', id: pair.ends.agentId });
    const { user, vhost } = pair.byCertificate.credential;
    const certify = (commonName: string, ca = broker.keys.authority): BrokerCredential => {
      const publicKey = publicKeyOfCertificate(identity.certificatePem);
      const certificatePem = issueClientCertificate({ ca, publicKey, commonName });
      return { user, vhost, login: { by: 'certificate', certificatePem, privateKeyPem: identity.privateKeyPem } };
    };
    await expect(dial(certify(user, createCertificateAuthority()))).rejects.toMatchObject(refused);
    await expect(dial({ user, vhost, login: { by: 'certificate', ...identity } })).rejects.toMatchObject(refused);
    await expect(dial(certify(agentUserOf(anAgentId(), 'k1')))).rejects.toMatchObject(refused);
    await expect(dial(certify(broker.credential.user, createCertificateAuthority()))).rejects.toMatchObject(refused);
  });

  it('is refused with the certificate of a key that was rotated out, though its API key is the same', async () => {
    const rotated = createIdentity({ kind: 'agent', id: pair.ends.agentId });
    const name = certifiedUserOf(pair.ends.agentId, '0123456789abcdef', rotated.fingerprint);
    const took = await changeTo({ ...pair.byCertificate, user: { name, passwordHash: null } });
    expect(took).toBeLessThan(1_000);
    await expect(dial(pair.byCertificate.credential)).rejects.toMatchObject(refused);
  });

  it('speaks under the name of its certificate, which the server holds against the pin', async () => {
    const [known] = pair.peers.peers;
    if (known === undefined) throw new Error('no peer');
    const { fingerprint } = createIdentity({ kind: 'agent', id: 'x' });
    pair.peers.peers[0] = { ...known, fingerprint };
    await pair.agent.send(aHello(pair.ends));
    await until(() => pair.intake.refused.length === 1, 'it is refused');
    expect(pair.intake.refused[0]).toMatchObject({ code: 'JMS_USER_FOREIGN', peer: null });
  });

  it('comes in by it again after the broker has lost its data, and by nothing else', async () => {
    await broker.killAndRestart('deleted');
    await until(() => pair.server.isUp && listener.closed.length === 1, 'the server is back', 60_000);
    await reopen();
    await expectGoesOn(1);
    await expect(dial(pair.byPassword.credential)).rejects.toMatchObject(refused);
  });
});

describe('a change of the login', () => {
  it('to the certificate and back closes what is open within a second, and the old way is shut', async () => {
    await openPair('password');
    for (const [login, old] of [
      [pair.byCertificate, pair.byPassword],
      [pair.byPassword, pair.byCertificate],
    ] as const) {
      const tookMs = await changeTo(login);
      expect(tookMs).toBeLessThan(1_000);
      await expect(pair.agent.open(new RecordingListener())).rejects.toMatchObject(refused);
      await expect(dial(old.credential)).rejects.toMatchObject(refused);
      useLogin(login);
      await reopen();
      await expectGoesOn(login === pair.byCertificate ? 1 : 2);
    }
  });

  it('closes what a password has opened that was changed under the same name', async () => {
    await openPair('password');
    const { passwordHash } = (await makeLogin()).user;
    const tookMs = await changeTo({ ...pair.byPassword, user: { ...pair.byPassword.user, passwordHash } });
    expect(tookMs).toBeLessThan(1_000);
    await expect(dial(pair.byPassword.credential)).rejects.toMatchObject(refused);
  });

  it('for an agent that may not come: it is out within a second, and its work waits in its queue', async () => {
    await openPair('password');
    expect(await changeTo(null)).toBeLessThan(1_000);
    await expect(pair.agent.open(new RecordingListener())).rejects.toMatchObject(refused);
    await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, 1)]);
    pair.accounts.set(pair.ends.agentId, pair.byPassword.user);
    await pair.topology.ensureAgent(pair.ends.agentId);
    await reopen();
    await until(() => listener.commandSeqs.includes(1), 'the command has waited');
  });

  it('for all agents goes on while one of them is changed by itself', async () => {
    await openPair('password');
    const others = Array.from({ length: 200 }, () => ({ agentId: anAgentId(), user: pair.byPassword.user }));
    pair.accounts.accounts.push(
      ...others.map(({ agentId }) => ({ agentId, user: { name: agentUserOf(agentId, 'k1'), passwordHash: null } })),
    );
    let progress = 0;
    const all = pair.topology.reconcile((done) => (progress = done));
    await until(() => progress > 0, 'the comparison is under way');
    expect(await changeTo(pair.byCertificate)).toBeLessThan(1_000);
    expect(progress).toBeLessThan(200);
    await all;
    await expect(dial(pair.byPassword.credential)).rejects.toMatchObject(refused);
    await dial(pair.byCertificate.credential);
  });
});

async function makeLogin(): Promise<AgentLogin> {
  const other = await makeJmsPair(broker);
  await other.close();
  return other.byPassword;
}

describe('a server that has rotated its key', () => {
  it('is not believed before the agent knows it, says so, and loses nothing', async () => {
    await openPair('password');
    await pair.agent.close('to watch');
    const unknown: unknown[] = [];
    let keys = pair.agentOptions.serverKeys();
    const agent = new JmsAgentChannel({
      ...pair.agentOptions,
      serverKeys: () => keys,
      onUnknownSigner: ({ claimedSigner }) => unknown.push(claimedSigner),
    });
    await agent.open(listener);
    const rotated = pair.rotateServerKey();
    await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, 1)]);
    await until(() => unknown.length === 1, 'the agent notices');
    expect(unknown).toEqual([rotated.fingerprint]);
    expect(listener.messages).toEqual([]);
    expect(pair.refusedByAgent).toEqual([expect.objectContaining({ code: 'SIGNATURE_FOREIGN_KEY' })]);
    // It has caught up with the chain: the outbox delivers again what its hello says is missing.
    keys = [...keys, rotated];
    await pair.server.deliver(pair.ends.agentId, [aCancel(pair.ends, 1)]);
    await until(() => listener.commandSeqs.includes(1), 'the command is there');
    await agent.close('test over');
  });
});
