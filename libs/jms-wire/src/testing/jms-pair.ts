/** Both halves of the JMS wire over a real broker. */
import { createHash, randomBytes } from 'node:crypto';
import type { KnownPeer } from '@longshore/delivery';
import {
  brokerPasswordHash,
  createIdentity,
  createSigner,
  createVerifier,
  type Identity,
  issueClientCertificate,
  publicKeyOfCertificate,
  publicKeyToPem,
  signMessage,
  type Signer,
  type Verifier,
} from '@longshore/pinning';
import { limits } from '@longshore/protocol';
import type { ChannelPair } from '../../../delivery/src/testing/agent-channel-contract';
import { anAgentId, aMessageId, aServerId, type Ends } from '../../../delivery/src/testing/messages';
import { RawTlsPeer } from '../../../delivery/src/testing/raw-tls-peer';
import {
  CommandsInMemory,
  PeersInMemory,
  RecordingIntake,
  RecordingListener,
  until,
} from '../../../delivery/src/testing/recording';
import type { RefusedMessage } from '../agent/agent-queue-reader';
import { JmsAgentChannel, type JmsAgentChannelOptions } from '../agent/jms-agent-channel';
import { BrokerDialler } from '../amqp/broker-dialler';
import { ConfirmedPublisher, type Publication } from '../amqp/confirmed-publisher';
import type { BrokerCredential, BrokerLogin } from '../amqp/open-amqp';
import { type BrokerAccount, BrokerAccounts, type BrokerUser } from '../broker/broker-account';
import { BrokerTopology } from '../broker/broker-topology';
import { JmsServerChannel } from '../server/jms-server-channel';
import { agentQueueOf, agentUserOf, certifiedUserOf, inboundExchange } from '../topology';
import type { TestBroker } from './test-broker';

export interface JmsPair extends ChannelPair {
  readonly server: JmsServerChannel;
  readonly agent: JmsAgentChannel;
  readonly agentOptions: JmsAgentChannelOptions;
  readonly agentSigner: Signer;
  readonly serverSigner: Signer;
  readonly agentCredential: BrokerCredential;
  /** The same agent's other way to log in: its user, and how it shows that it is that. */
  readonly byPassword: AgentLogin;
  readonly byCertificate: AgentLogin;
  readonly topology: BrokerTopology;
  readonly accounts: AccountsInMemory;
  readonly peers: PeersInMemory;
  readonly reconnects: { count: number };
  readonly faults: unknown[];
  /** Another agent of the same server, known to it and to the broker. */
  addAgent(): Promise<AnotherAgent>;
  /** The server signs by another key from now on; answers what verifies that. */
  rotateServerKey(): Verifier;
  /** Publishes as anybody, past our own halves. */
  publishAs(credential: BrokerCredential, publication: RawPublication): Promise<void>;
}

export interface AnotherAgent {
  readonly ends: Ends;
  readonly signer: Signer;
  readonly credential: BrokerCredential;
}

export interface AgentLogin {
  readonly user: BrokerUser;
  readonly credential: BrokerCredential;
}

export interface RawPublication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: string;
  readonly properties?: Publication['properties'];
}

export class AccountsInMemory extends BrokerAccounts {
  readonly accounts: BrokerAccount[] = [];

  override async all(): Promise<readonly BrokerAccount[]> {
    return this.accounts;
  }

  /** The agent's user from now on; null: it may not come. */
  set(agentId: BrokerAccount['agentId'], user: BrokerUser | null): void {
    const others = this.accounts.filter((account) => account.agentId !== agentId);
    this.accounts.splice(0, Infinity, ...others, { agentId, user });
  }

  override async byAgentId(agentId: BrokerAccount['agentId']): Promise<BrokerAccount | null> {
    return this.accounts.find((account) => account.agentId === agentId) ?? null;
  }
}

const keyId = '0123456789abcdef';

export async function makeJmsPair(broker: TestBroker, by: BrokerLogin['by'] = 'password'): Promise<JmsPair> {
  const ends = { agentId: anAgentId(), serverId: aServerId() };
  const agentIdentity = createIdentity({ kind: 'agent', id: ends.agentId });
  const serverIdentity = createIdentity({ kind: 'server', id: ends.serverId });
  const [agentSigner, serverSigner] = [
    createSigner(agentIdentity.privateKeyPem),
    createSigner(serverIdentity.privateKeyPem),
  ];
  const password = randomBytes(16).toString('hex');
  const logins = loginsOf(broker, ends.agentId, { identity: agentIdentity, password });
  const { user, credential: agentCredential } = by === 'password' ? logins.byPassword : logins.byCertificate;
  const [intake, commands, peers, accounts] = [
    new RecordingIntake(),
    new CommandsInMemory(),
    new PeersInMemory(),
    new AccountsInMemory(),
  ];
  accounts.set(ends.agentId, user);
  peers.peers.push(aKnownJmsAgent(ends.agentId, agentIdentity.certificatePem, password));
  const topology = new BrokerTopology(broker.place, accounts);
  const [reconnects, faults]: [{ count: number }, unknown[]] = [{ count: 0 }, []];
  const current = { signer: serverSigner };
  const server = new JmsServerChannel({
    ...{ serverId: ends.serverId, signer: () => current.signer, topology, intake, directory: peers },
    dialler: new BrokerDialler({ brokers: [broker.address], credential: broker.credential }),
    user: broker.credential.user,
    onReconnected: () => (reconnects.count += 1),
    onFault: (problem) => faults.push(problem),
  });
  server.start();
  await until(() => server.isUp, 'the server is connected to the broker', 20_000);
  const refusedByAgent: RefusedMessage[] = [];
  const agentOptions: JmsAgentChannelOptions = {
    ...ends,
    signer: () => agentSigner,
    serverKeys: () => [createVerifier(serverSigner.publicKey)],
    brokers: [broker.address],
    access: { ...agentCredential, queue: agentQueueOf(ends.agentId) },
    onRefused: (refused) => refusedByAgent.push(refused),
  };
  const publishAs: JmsPair['publishAs'] = (credential, publication) => publishRaw(broker, credential, publication);
  const toServer = { exchange: inboundExchange, routingKey: `from.${ends.agentId}.control` };
  return {
    ...{ ends, intake, commands, peers, accounts, topology, server, refusedByAgent, reconnects, faults },
    ...{ agentSigner, serverSigner, agentCredential, agentOptions, publishAs, ...logins },
    agent: new JmsAgentChannel(agentOptions),
    addAgent: async () => {
      const agentId = anAgentId();
      const identity = createIdentity({ kind: 'agent', id: agentId });
      const { user, credential } = loginsOf(broker, agentId, { identity, password }).byPassword;
      accounts.set(agentId, user);
      peers.peers.push(aKnownJmsAgent(agentId, identity.certificatePem, password));
      await topology.ensureAgent(agentId);
      return { ends: { ...ends, agentId }, signer: createSigner(identity.privateKeyPem), credential };
    },
    rotateServerKey: () => {
      current.signer = createSigner(createIdentity({ kind: 'server', id: ends.serverId }).privateKeyPem);
      return createVerifier(current.signer.publicKey);
    },
    // Base64 and the signature take a quarter.
    largestBytes: Math.floor((limits.messageBytes - 512) * 0.75),
    sendRaw: async (message) =>
      publishAs(agentCredential, { ...toServer, body: await signedText(message, agentSigner) }),
    sendRawToAgent: async (message) => {
      const body = await signedText(message, serverSigner);
      await publishAs(broker.credential, { exchange: '', routingKey: agentQueueOf(ends.agentId), body });
    },
    openAgainstAnotherKey: () => openAgainstAnotherKey(agentOptions),
    close: () => server.stop(),
  };
}

interface AgentSecrets {
  readonly identity: Identity;
  readonly password: string;
}

function loginsOf(broker: TestBroker, agentId: BrokerAccount['agentId'], { identity, password }: AgentSecrets) {
  const { vhost } = broker.credential;
  const [plain, certified] = [agentUserOf(agentId, keyId), certifiedUserOf(agentId, keyId, identity.fingerprint)];
  const certificatePem = issueClientCertificate({
    ca: broker.keys.authority,
    publicKey: publicKeyOfCertificate(identity.certificatePem),
    commonName: certified,
  });
  const byPassword: AgentLogin = {
    user: { name: plain, passwordHash: brokerPasswordHash(password) },
    credential: { user: plain, vhost, login: { by: 'password', password } },
  };
  const { privateKeyPem } = identity;
  const byCertificate: AgentLogin = {
    user: { name: certified, passwordHash: null },
    credential: { user: certified, vhost, login: { by: 'certificate', certificatePem, privateKeyPem } },
  };
  return { byPassword, byCertificate };
}

function aKnownJmsAgent(agentId: KnownPeer['agentId'], certificatePem: string, password: string): KnownPeer {
  const publicKey = publicKeyOfCertificate(certificatePem);
  return {
    agentId,
    type: 'jms',
    fingerprint: createVerifier(publicKey).fingerprint,
    publicKeyPem: publicKeyToPem(publicKey),
    approved: true,
    apiKey: { keyId, secretHash: createHash('sha256').update(password).digest('hex') },
  };
}

/** A text that is too large to be signed goes as it is: its size is looked at first. */
async function signedText(message: unknown, signer: Signer): Promise<string> {
  const text = JSON.stringify(message);
  return text.length > limits.messageBytes ? text : signMessage({ text, signer });
}

async function publishRaw(broker: TestBroker, credential: BrokerCredential, raw: RawPublication): Promise<void> {
  const connection = await new BrokerDialler({ brokers: [broker.address], credential }).dial();
  try {
    const publisher = await ConfirmedPublisher.open(connection);
    const properties = raw.properties ?? { messageId: aMessageId(), userId: credential.user };
    await publisher.publish({ ...raw, body: Buffer.from(raw.body), properties });
  } finally {
    await connection.close();
  }
}

async function openAgainstAnotherKey(options: JmsAgentChannelOptions) {
  const peer = await RawTlsPeer.listen(createIdentity({ kind: 'broker', id: 'another' }));
  const brokers = options.brokers.map((broker) => ({ ...broker, port: peer.port }));
  const listener = new RecordingListener();
  const error = await new JmsAgentChannel({ ...options, brokers }).open(listener).catch((cause: unknown) => cause);
  await peer.close();
  return { listener, error, bytes: peer.bytes };
}
