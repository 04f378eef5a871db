/**
 * How does a message come out of the agent's queue? Checked (signature, then addressee, then form), handed over one
 * at a time, and acknowledged to the broker only when the listener has stored it. The next ones are verified meanwhile.
 *
 * A message that fails a check is acknowledged as well, for it would fail for ever, and is reported. One that a key
 * signed which is not known as the server's may be of a server that has rotated its key: whoever listens then catches up
 * with the chain and says hello, and the outbox delivers again what was not believed. It is normal that a message comes
 * twice after a reconnect.
 */
import type { Channel, ConsumeMessage } from 'amqplib';
import {
  type AgentId,
  type Fingerprint,
  LongshoreError,
  parseMessageText,
  type ServerId,
  type ServerToAgent,
} from '@longshore/protocol';
import { SignatureRefusedError, type Verifier } from '@longshore/pinning';
import { consumeBounded, type Delivered } from '../amqp/bounded-consumer';
import { JmsMessageRefusedError } from '../jms-errors';
import { claimedSigner, verifyAny } from '../message/verify-any';

export interface RefusedMessage {
  readonly code: string;
  readonly message: string;
  /** As the broker's properties say; not to be believed. */
  readonly messageId: string | null;
  /** Whom its header names as its signer; not to be believed either. */
  readonly claimedSigner: Fingerprint | null;
}

/** The code of a refused message that a key signed which is none of the server's. */
export const foreignSignerCode = 'SIGNATURE_FOREIGN_KEY';

export interface AgentQueueReading {
  readonly agentId: AgentId;
  readonly serverId: ServerId;
  readonly serverKeys: () => readonly Verifier[];
  readonly onMessage: (message: ServerToAgent) => Promise<void>;
  readonly onRefused: (refused: RefusedMessage) => void;
  /** The listener rejected: nothing more is handed over, the message stays in the queue. */
  readonly onFailed: (cause: unknown) => void;
  readonly onCancelled: () => void;
  readonly onFlooded: () => void;
}

/** Deliveries under way at a time: verified ahead, not yet acknowledged. */
const prefetch = 64;

export class AgentQueueReader {
  #turn: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(private readonly reading: AgentQueueReading) {}

  async start(channel: Channel, queue: string): Promise<void> {
    const { onCancelled, onFlooded } = this.reading;
    const onDelivery = (delivered: Delivered): void => {
      const checked = this.#check(delivered.message).catch((refusal: unknown) =>
        this.#refuse(delivered.message, refusal),
      );
      this.#turn = this.#turn.then(async () => this.#handOver(delivered, await checked));
    };
    await consumeBounded(channel, { queue, prefetch, onDelivery, onCancelled, onFlooded });
  }

  async #handOver(delivered: Delivered, message: ServerToAgent | null): Promise<void> {
    if (this.#failed) return;
    try {
      if (message !== null) await this.reading.onMessage(message);
    } catch (cause) {
      this.#failed = true;
      return this.reading.onFailed(cause);
    }
    delivered.acknowledge();
  }

  async #check(delivery: ConsumeMessage): Promise<ServerToAgent> {
    const text = await verifyAny(delivery.content.toString('latin1'), this.reading.serverKeys());
    const message = parseMessageText(text, 'server-to-agent');
    const { agentId, serverId } = this.reading;
    if (message.agentId !== agentId) throw foreign(`written to agent ${message.agentId}`);
    if (message.serverId !== serverId) throw foreign(`written by server ${message.serverId}`);
    return message;
  }

  #refuse({ properties, content }: ConsumeMessage, refusal: unknown): null {
    const { code, message } =
      refusal instanceof LongshoreError ? refusal : { code: 'UNEXPECTED', message: String(refusal) };
    const isForeign = refusal instanceof SignatureRefusedError && refusal.problem === 'foreign-key';
    this.reading.onRefused({
      code: isForeign ? foreignSignerCode : code,
      message,
      messageId: properties.messageId === undefined ? null : String(properties.messageId),
      claimedSigner: claimedSigner(content.toString('latin1')),
    });
    return null;
  }
}

const foreign = (problem: string): JmsMessageRefusedError =>
  new JmsMessageRefusedError('JMS_ENVELOPE_FOREIGN', problem);
