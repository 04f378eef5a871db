/**
 * How does a message get into the broker for certain? On a channel with confirms, `mandatory`, and kept until its
 * confirm: resent on a fresh channel after any nack (a channel whose first publish met a quorum queue without leader
 * nacks for ever), failed after a while or when the connection ends (docs/protocol.md, JMS wire).
 *
 * A confirm acknowledges nothing to the sender's outbox; it only says that the transport copy exists. A message may
 * well reach its reader twice: that is normal, the receiver's inbox knows it.
 */
import type { ConfirmChannel, Options } from 'amqplib';
import { brokerTimeouts } from '../broker-timeouts';
import { BrokerConfirmMissingError, MessageUnroutableError } from '../jms-errors';
import type { BrokerConnection } from './broker-connection';

export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  /** Needs a `messageId`, by which a returned message is recognised. */
  readonly properties: Options.Publish & { readonly messageId: string };
}

interface Outstanding {
  readonly publication: Publication;
  readonly settle: (problem: Error | null) => void;
  readonly timer: NodeJS.Timeout;
  returned: boolean;
}

export class ConfirmedPublisher {
  readonly #outstanding = new Map<string, Outstanding>();
  #channel: ConfirmChannel | null;
  #ended: Error | null = null;

  private constructor(
    private readonly connection: BrokerConnection,
    channel: ConfirmChannel,
    private readonly publishTimeoutMs: number,
  ) {
    this.#channel = channel;
    this.#watch(channel);
    void connection.ended.then(({ cause }) =>
      this.#fail(new BrokerConfirmMissingError('the connection ended', { cause })),
    );
  }

  static async open(
    connection: BrokerConnection,
    publishTimeoutMs: number = brokerTimeouts.publishMs,
  ): Promise<ConfirmedPublisher> {
    return new ConfirmedPublisher(connection, await connection.openConfirmChannel(), publishTimeoutMs);
  }

  /**
   * Resolves when the broker has confirmed it. Calls of one turn keep their order, also across a resend.
   * Rejects with MessageUnroutableError or BrokerConfirmMissingError.
   */
  publish(publication: Publication): Promise<void> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const id = publication.properties.messageId;
    // The same message is on its way already: the earlier call stands for both on the wire.
    if (this.#outstanding.has(id)) this.#settle(id, new BrokerConfirmMissingError('it was sent again meanwhile'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#settle(id, new BrokerConfirmMissingError('none in time')),
        this.publishTimeoutMs,
      );
      const settle = (problem: Error | null): void => (problem === null ? resolve() : reject(problem));
      const entry: Outstanding = { publication, settle, timer, returned: false };
      this.#outstanding.set(id, entry);
      if (this.#channel !== null) this.#write(this.#channel, entry);
    });
  }

  /** Best effort, in order with the confirmed ones: written to the broker or dropped with the channel. */
  publishTransient({ exchange, routingKey, body, properties }: Publication): void {
    if (this.#ended !== null) throw this.#ended;
    this.#channel?.publish(exchange, routingKey, body, { ...properties, persistent: false });
  }

  #write(channel: ConfirmChannel, entry: Outstanding): void {
    const { exchange, routingKey, body, properties } = entry.publication;
    entry.returned = false;
    const options = { ...properties, persistent: true, mandatory: true };
    try {
      channel.publish(exchange, routingKey, body, options, (nack: unknown) => this.#answered(channel, entry, nack));
    } catch {
      // The channel closed in this moment, which ends the connection and settles this.
    }
  }

  #answered(channel: ConfirmChannel, entry: Outstanding, nack: unknown): void {
    const id = entry.publication.properties.messageId;
    if (this.#outstanding.get(id) !== entry || channel !== this.#channel) return;
    if (nack === null || nack === undefined) {
      this.#settle(id, entry.returned ? new MessageUnroutableError(id) : null);
    } else {
      this.#replaceChannel(channel);
    }
  }

  #watch(channel: ConfirmChannel): void {
    channel.on('return', ({ properties }) => {
      const entry = this.#outstanding.get(String(properties.messageId));
      if (entry !== undefined) entry.returned = true;
    });
    // The broker closed the channel over what we published: no exchange or no permission, as after a loss of its data.
    channel.on('error', (cause) => {
      this.#fail(new BrokerConfirmMissingError('the broker closed the channel', { cause }));
      this.connection.abort();
    });
  }

  #replaceChannel(old: ConfirmChannel): void {
    this.#channel = null;
    old.close().catch(() => undefined);
    const { channelReplaceMinMs: min, channelReplaceMaxMs: max } = brokerTimeouts;
    setTimeout(() => void this.#reopen(), min + Math.random() * (max - min));
  }

  async #reopen(): Promise<void> {
    if (this.#ended !== null) return;
    try {
      const channel = await this.connection.openConfirmChannel();
      this.#watch(channel);
      this.#channel = channel;
      for (const entry of this.#outstanding.values()) this.#write(channel, entry);
    } catch {
      // Without a channel the connection is of no use; its end settles everything.
      this.connection.abort();
    }
  }

  #settle(id: string, problem: Error | null): void {
    const entry = this.#outstanding.get(id);
    if (entry === undefined) return;
    this.#outstanding.delete(id);
    clearTimeout(entry.timer);
    entry.settle(problem);
  }

  #fail(problem: Error): void {
    this.#ended ??= problem;
    this.#channel = null;
    for (const id of [...this.#outstanding.keys()]) this.#settle(id, problem);
  }
}
