/**
 * How does a message come out of the agent's queue? Checked (signature, then addressee, then form), handed over one
 * at a time, and acknowledged to the broker only when the listener has stored it. The next ones are verified meanwhile.
 *
 * A message that fails a check is acknowledged as well, for it would fail for ever, and is reported. It is normal that
 * a message comes twice after a reconnect.
 */
import type { Channel, ConsumeMessage } from 'amqplib';
import { type AgentId, LongshoreError, parseMessageText, type ServerId, type ServerToAgent } from '@longshore/protocol';
import type { Verifier } from '@longshore/pinning';
import { JmsMessageRefusedError } from '../jms-errors';
import { verifyAny } from '../message/verify-any';

export interface RefusedMessage {
  readonly code: string;
  readonly message: string;
  /** As the broker's properties say; not to be believed. */
  readonly messageId: string | null;
}

export interface AgentQueueReading {
  readonly agentId: AgentId;
  readonly serverId: ServerId;
  readonly serverKeys: () => readonly Verifier[];
  readonly onMessage: (message: ServerToAgent) => Promise<void>;
  readonly onRefused: (refused: RefusedMessage) => void;
  /** The listener rejected: nothing more is handed over, the message stays in the queue. */
  readonly onFailed: (cause: unknown) => void;
  readonly onCancelled: () => void;
}

/** Deliveries under way at a time: verified ahead, not yet acknowledged. */
const prefetch = 64;

export class AgentQueueReader {
  #turn: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(private readonly reading: AgentQueueReading) {}

  async start(channel: Channel, queue: string): Promise<void> {
    await channel.prefetch(prefetch);
    await channel.consume(queue, (delivery) => {
      if (delivery === null) return this.reading.onCancelled();
      const checked = this.#check(delivery).catch((refusal: unknown) => this.#refuse(delivery, refusal));
      this.#turn = this.#turn.then(async () => this.#handOver(channel, delivery, await checked));
    });
  }

  async #handOver(channel: Channel, delivery: ConsumeMessage, message: ServerToAgent | null): Promise<void> {
    if (this.#failed) return;
    try {
      if (message !== null) await this.reading.onMessage(message);
    } catch (cause) {
      this.#failed = true;
      return this.reading.onFailed(cause);
    }
    try {
      channel.ack(delivery);
    } catch {
      // The connection ended meanwhile: the broker delivers it again, the inbox knows it.
    }
  }

  async #check(delivery: ConsumeMessage): Promise<ServerToAgent> {
    const text = await verifyAny(delivery.content.toString('latin1'), this.reading.serverKeys());
    const message = parseMessageText(text, 'server-to-agent');
    const { agentId, serverId } = this.reading;
    if (message.agentId !== agentId) throw foreign(`written to agent ${message.agentId}`);
    if (message.serverId !== serverId) throw foreign(`written by server ${message.serverId}`);
    return message;
  }

  #refuse({ properties }: ConsumeMessage, refusal: unknown): null {
    const { code, message } =
      refusal instanceof LongshoreError ? refusal : { code: 'UNEXPECTED', message: String(refusal) };
    this.reading.onRefused({
      code,
      message,
      messageId: properties.messageId === undefined ? null : String(properties.messageId),
    });
    return null;
  }
}

const foreign = (problem: string): JmsMessageRefusedError =>
  new JmsMessageRefusedError('JMS_ENVELOPE_FOREIGN', problem);
