/**
 * The agent's half of the JMS wire (docs/protocol.md, JMS wire).
 *
 * Two connections, one to publish and one to consume, so that a broker that throttles publishers never holds back
 * commands. They live and die together: when either ends, both are closed and the session above dials again. What
 * does not verify is refused visibly, taken from the queue, and never applied.
 */
import {
  AgentChannel,
  type AgentChannelListener,
  type ChannelClosed,
  type UnsequencedToServer,
} from '@longshore/delivery';
import type { AgentId, EventMessage, EventsAnswer, PinRefused, ServerId, ServerToAgent } from '@longshore/protocol';
import type { Signer, Verifier } from '@longshore/pinning';
import type { MinTlsVersion, PinMismatchError, Via } from '@longshore/tls';
import type { BrokerConnection } from '../amqp/broker-connection';
import { type BrokerAddress, BrokerDialler } from '../amqp/broker-dialler';
import { ConfirmedPublisher } from '../amqp/confirmed-publisher';
import type { BrokerCredential } from '../amqp/open-amqp';
import { BrokerUnreachableError, JmsChannelClosedError } from '../jms-errors';
import { SigningPublisher } from '../message/signing-publisher';
import { inboundExchange, routingKeyOf } from '../topology';
import { AgentQueueReader, foreignSignerCode, type RefusedMessage } from './agent-queue-reader';

/** As whom the agent comes to the broker, and where it reads. */
export interface JmsAgentAccess extends BrokerCredential {
  readonly queue: string;
}

export interface JmsAgentChannelOptions {
  readonly agentId: AgentId;
  readonly serverId: ServerId;
  /** The agent's identity key; signs everything. Asked for each message. */
  readonly signer: () => Signer;
  /** The server's keys that are good now, asked for each message. */
  readonly serverKeys: () => readonly Verifier[];
  readonly brokers: readonly BrokerAddress[];
  readonly access: JmsAgentAccess;
  readonly via?: Via;
  readonly minVersion?: MinTlsVersion;
  /** A message that was not believed or not understood. */
  readonly onRefused: (refused: RefusedMessage) => void;
  /**
   * A message by a key that is not known as the server's, besides onRefused: time to catch up with the rotation chain.
   * It may come often, and a broker that lies can make it come: who listens asks the chain, at its own pace.
   */
  readonly onUnknownSigner?: (refused: RefusedMessage) => void;
}

interface OpenLegs {
  readonly publishing: BrokerConnection;
  readonly consuming: BrokerConnection;
  readonly publisher: SigningPublisher;
  readonly listener: AgentChannelListener;
  /** Set once by whoever closes first; the others' reasons are consequences of it. */
  closed: ChannelClosed | null;
  readonly down: Promise<unknown>;
}

export class JmsAgentChannel extends AgentChannel {
  readonly #dialler: BrokerDialler;
  #access: JmsAgentAccess;
  #legs: OpenLegs | null = null;
  #onPinRefused: ((refused: PinRefused) => void) | null = null;

  constructor(private readonly options: JmsAgentChannelOptions) {
    super();
    const { brokers, access, via, minVersion } = options;
    this.#access = access;
    this.#dialler = new BrokerDialler({
      brokers,
      credential: access,
      onPinMismatch: (mismatch) => this.#onPinRefused?.(pinRefusedBy(mismatch)),
      ...(via === undefined ? {} : { via }),
      ...(minVersion === undefined ? {} : { minVersion }),
    });
  }

  /** Another user or another way to log in, from the next open on. */
  useAccess(access: JmsAgentAccess): void {
    this.#access = access;
    this.#dialler.useCredential(access);
  }

  /** Another list of brokers from the next open on, out of a verified broker statement. */
  useBrokers(brokers: readonly BrokerAddress[]): void {
    this.#dialler.useBrokers(brokers);
  }

  override async open(listener: AgentChannelListener): Promise<void> {
    this.#onPinRefused = (refused) => listener.onPinRefused(refused);
    const publishing = await this.#dialler.dial();
    let consuming: BrokerConnection | null = null;
    try {
      consuming = await this.#dialler.dial();
      const publisher = await this.#createPublisher(publishing);
      const legs = this.#watch({ publishing, consuming, publisher, listener });
      await this.#startReading(legs);
      if (legs.closed !== null) throw new JmsChannelClosedError();
      this.#legs = legs;
    } catch (cause) {
      await Promise.all([publishing.close(), consuming?.close()]);
      throw cause;
    }
  }

  override async send(message: UnsequencedToServer): Promise<void> {
    const routingKey = routingKeyOf(this.options.agentId, message.type);
    await this.#openLegs().publisher.publishTransient(message, { exchange: inboundExchange, routingKey });
  }

  override async submit(messages: readonly EventMessage[]): Promise<EventsAnswer | null> {
    const { publisher } = this.#openLegs();
    const published = messages.map((message) => {
      const routingKey = routingKeyOf(this.options.agentId, message.type);
      return publisher.publish(message, { exchange: inboundExchange, routingKey });
    });
    const outcomes = await Promise.allSettled(published);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return null;
  }

  /** Nothing to do: commands come through the queue by themselves, the inbox knows which are new. */
  override async receiveCommands(): Promise<void> {
    this.#openLegs();
  }

  override async close(reason: string): Promise<void> {
    const legs = this.#legs;
    if (legs === null) return;
    this.#closeLegs(legs, { reason, cause: null });
    await legs.down;
  }

  #openLegs(): OpenLegs {
    if (this.#legs === null || this.#legs.closed !== null) throw new JmsChannelClosedError();
    return this.#legs;
  }

  async #createPublisher(publishing: BrokerConnection): Promise<SigningPublisher> {
    const { user, queue } = this.#access;
    const confirmed = await ConfirmedPublisher.open(publishing);
    return new SigningPublisher(confirmed, this.options.signer, { user, replyTo: queue });
  }

  #watch(parts: Pick<OpenLegs, 'publishing' | 'consuming' | 'publisher' | 'listener'>): OpenLegs {
    const { publishing, consuming } = parts;
    const legs: OpenLegs = { ...parts, closed: null, down: Promise.all([publishing.ended, consuming.ended]) };
    for (const { ended } of [publishing, consuming]) {
      void ended.then(({ reason, cause }) => this.#closeLegs(legs, { reason, cause }));
    }
    void legs.down.then(() => {
      // An open that failed half-way has rejected; it was never open to its listener.
      if (this.#legs !== legs || legs.closed === null) return;
      this.#legs = null;
      legs.listener.onClosed(legs.closed);
    });
    return legs;
  }

  async #startReading(legs: OpenLegs): Promise<void> {
    const { agentId, serverId, serverKeys, onRefused, onUnknownSigner } = this.options;
    const reader = new AgentQueueReader({
      agentId,
      serverId,
      serverKeys,
      onRefused: (refused) => {
        onRefused(refused);
        if (refused.code === foreignSignerCode) onUnknownSigner?.(refused);
      },
      onMessage: async (message: ServerToAgent) => {
        if (legs.closed !== null) throw new JmsChannelClosedError();
        await legs.listener.onMessage(message);
      },
      onFailed: (cause) => this.#closeLegs(legs, { reason: 'listener-failed', cause }),
      onCancelled: () => this.#closeLegs(legs, { reason: 'queue-deleted', cause: null }),
      onFlooded: () => {
        const cause = new BrokerUnreachableError(`${legs.consuming.address} hands over more than was asked for`);
        this.#closeLegs(legs, { reason: 'flooded', cause });
      },
    });
    await reader.start(await legs.consuming.openChannel(), this.#access.queue);
  }

  #closeLegs(legs: OpenLegs, closed: ChannelClosed): void {
    if (legs.closed !== null) return;
    legs.closed = closed;
    void legs.publishing.close();
    void legs.consuming.close();
  }
}

function pinRefusedBy({ peer, expected, presented }: PinMismatchError): PinRefused {
  return { leg: 'amqp', address: peer, expected: [...expected], presented };
}
