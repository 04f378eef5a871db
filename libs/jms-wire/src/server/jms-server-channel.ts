/**
 * The server's half of the JMS wire: one for all JMS agents (docs/protocol.md, JMS wire).
 *
 * Every process publishes and consumes; RabbitMQ gives each inbound queue to one of them at a time. The queues are
 * transport copies: whatever the broker loses is published again out of the outbox after `onReconnected`.
 */
import { type GatewayIntake, type PeerDirectory, ServerChannel, type UnsequencedToAgent } from '@longshore/delivery';
import type { AgentId, ByeReason, CommandMessage, ServerId, ServerToAgent } from '@longshore/protocol';
import type { Signer } from '@longshore/pinning';
import type { ConfirmedPublisher } from '../amqp/confirmed-publisher';
import type { BrokerDialler } from '../amqp/broker-dialler';
import type { BrokerTopology } from '../broker/broker-topology';
import { JmsChannelClosedError, MessageUnroutableError } from '../jms-errors';
import { type Destination, SigningPublisher } from '../message/signing-publisher';
import { agentQueueOf, inboundExchange } from '../topology';
import { BrokerUpkeep } from './broker-upkeep';
import { InboundReader } from './inbound-reader';

export interface JmsServerChannelOptions {
  readonly serverId: ServerId;
  /** The server identity's key, asked for each message, for it may be rotated; it never enters the broker. */
  readonly signer: () => Signer;
  readonly dialler: BrokerDialler;
  /** The user of the dialler's credential; stands in `user_id`. */
  readonly user: string;
  readonly topology: BrokerTopology;
  readonly directory: PeerDirectory;
  readonly intake: GatewayIntake;
  /** All is up (again): deliver what is not acknowledged, greet the agents. */
  readonly onReconnected: () => void;
  /** For logs and health: the broker went away, an attempt failed, the store could not be asked. */
  readonly onFault: (problem: unknown) => void;
}

export class JmsServerChannel extends ServerChannel {
  override readonly wire = 'jms';
  readonly #upkeep: BrokerUpkeep;
  readonly #reader: InboundReader;
  #publisher: SigningPublisher | null = null;

  constructor(private readonly options: JmsServerChannelOptions) {
    super();
    const { dialler, topology, onFault } = options;
    this.#reader = new InboundReader(options);
    this.#upkeep = new BrokerUpkeep({
      dialler,
      topology,
      onDelivery: (delivered, address) => this.#reader.receive(delivered, address),
      onUp: (publisher) => this.#up(publisher),
      onDown: (cause) => {
        this.#publisher = null;
        onFault(cause);
      },
    });
  }

  get isUp(): boolean {
    return this.#publisher !== null;
  }

  /** Returns at once; the broker may come whenever it likes. */
  start(): void {
    this.#upkeep.start();
  }

  async stop(): Promise<void> {
    this.#reader.stop();
    this.#publisher = null;
    await this.#upkeep.stop();
  }

  override async send(agentId: AgentId, message: UnsequencedToAgent): Promise<void> {
    await this.#publisher?.publishTransient(message, toQueueOf(agentId));
  }

  /** Rejects when it is uncertain whether they got into the broker; the outbox delivers them again. */
  override async deliver(agentId: AgentId, commands: readonly CommandMessage[]): Promise<void> {
    try {
      await this.#publishAll(agentId, commands);
    } catch (cause) {
      if (!(cause instanceof MessageUnroutableError)) throw cause;
      await this.options.topology.ensureAgent(agentId);
      await this.#publishAll(agentId, commands);
    }
  }

  /** The reason reaches a JMS agent only as a word that was sent before; its connections just end. */
  override async disconnect(agentId: AgentId, _reason: ByeReason): Promise<void> {
    await this.options.topology.dropConnections(agentId);
  }

  async #publishAll(agentId: AgentId, messages: readonly ServerToAgent[]): Promise<void> {
    const publisher = this.#publisher;
    if (publisher === null) throw new JmsChannelClosedError();
    const outcomes = await Promise.allSettled(
      messages.map((message) => publisher.publish(message, toQueueOf(agentId))),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #up(publisher: ConfirmedPublisher): void {
    const { signer, user, onReconnected } = this.options;
    this.#publisher = new SigningPublisher(publisher, signer, { user, replyTo: inboundExchange });
    onReconnected();
  }
}

/** The default exchange leads to the queue of that name. */
function toQueueOf(agentId: AgentId): Destination {
  return { exchange: '', routingKey: agentQueueOf(agentId) };
}
