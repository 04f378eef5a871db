/**
 * What is one live AMQP connection to us? A pinned socket that speaks AMQP, channels on it, and one promise that says
 * when and why it ended, whoever ended it.
 */
import type { TLSSocket } from 'node:tls';
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { brokerTimeouts } from '../broker-timeouts';
import { BrokerUnreachableError } from '../jms-errors';

export interface BrokerConnectionEnd {
  /** `closed` by us, `closed-by-broker` with its words in the cause, or `reset`. */
  readonly reason: 'closed' | 'closed-by-broker' | 'reset';
  readonly cause: unknown;
}

export class BrokerConnection {
  /** Resolves once, never rejects. */
  readonly ended: Promise<BrokerConnectionEnd>;
  #end!: (end: BrokerConnectionEnd) => void;
  #closing = false;

  constructor(
    private readonly socket: TLSSocket,
    private readonly model: ChannelModel,
    /** `host:port` of the broker that answers here. */
    readonly address: string,
  ) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    model.on('close', (cause) => this.#ended(cause));
    socket.once('close', () => this.#ended(undefined));
  }

  async openChannel(): Promise<Channel> {
    return this.#quiet(await this.#opening(this.model.createChannel()));
  }

  async openConfirmChannel(): Promise<ConfirmChannel> {
    return this.#quiet(await this.#opening(this.model.createConfirmChannel()));
  }

  /** Says good-bye to the broker, but not for long. */
  async close(): Promise<void> {
    this.#closing = true;
    const timer = setTimeout(() => this.abort(), brokerTimeouts.closeMs);
    // A line that is dead already answers no good-bye: then its end is what is waited for.
    await Promise.race([this.model.close().catch(() => undefined), this.ended]);
    clearTimeout(timer);
    this.abort();
    await this.ended;
  }

  /** Ends it at once, as a broken line would. */
  abort(): void {
    // With an error, for amqplib stops its heartbeat on 'error' and 'end' and does not listen to 'close'.
    this.socket.destroy(new BrokerUnreachableError(`${this.address} was given up`));
  }

  async #opening<C>(channel: Promise<C>): Promise<C> {
    const lost = this.ended.then(({ cause }) => {
      throw new BrokerUnreachableError(`${this.address} went away`, { cause });
    });
    return Promise.race([channel, lost]);
  }

  /** A channel's fault ends its users through 'close'; an emitter without an 'error' listener would throw. */
  #quiet<C extends Channel>(channel: C): C {
    channel.on('error', () => undefined);
    return channel;
  }

  #ended(cause: unknown): void {
    const byBroker = cause instanceof Error && 'code' in cause && typeof cause.code === 'number';
    this.#end({ reason: this.#closing ? 'closed' : byBroker ? 'closed-by-broker' : 'reset', cause });
    this.socket.on('error', () => undefined).destroy();
  }
}
