/**
 * The agent's half of a wire, as the session sees it. Two wires implement it (web, JMS) and one contract suite
 * runs on both: a wire adds connection and framing, never a delivery rule (docs/protocol.md, Web wire, JMS wire).
 *
 * It is normal that a channel closes at any moment; nothing sequenced is lost by that, because the outbox keeps
 * every message until the server's store has acknowledged it.
 */
import type { AgentToServer, EventMessage, EventsAnswer, PinRefused, ServerToAgent } from '@longshore/protocol';

export type UnsequencedToServer = Exclude<AgentToServer, EventMessage>;

export interface ChannelClosed {
  /** A stable word for status and logs, such as `refused`, `reset`, `pin-mismatch`, `heartbeat-lost`. */
  readonly reason: string;
  readonly cause: unknown;
}

export interface AgentChannelListener {
  /**
   * One message from the server. The channel waits for the promise before it hands over the next and, where the
   * wire acknowledges deliveries (AMQP), before it acknowledges this one; a rejection closes the channel.
   */
  onMessage(message: ServerToAgent): Promise<void>;
  /** Called once per successful open, with no message after it. */
  onClosed(closed: ChannelClosed): void;
  /** A peer showed another key than the pinned one; the connection is already closed, nothing was sent. */
  onPinRefused(refused: PinRefused): void;
}

export abstract class AgentChannel {
  /** Dials every leg that control words need. Rejects when it cannot; may be called again after a close. */
  abstract open(listener: AgentChannelListener): Promise<void>;
  /** Sends a control word or a report: best effort, rejects when the channel is not open. */
  abstract send(message: UnsequencedToServer): Promise<void>;
  /**
   * Hands sequenced messages of the `control` stream over. Web answers with the acknowledgement of the server's
   * store; JMS resolves to null once the broker has confirmed (which acknowledges nothing: the `ack` word comes
   * as a message). Rejects when it is uncertain whether they got through; the caller sends them again later.
   */
  abstract submit(messages: readonly EventMessage[]): Promise<EventsAnswer | null>;
  /** Lets commands after this cursor flow to `onMessage`, in order of their sequence as far as the wire can. */
  abstract receiveCommands(from: { readonly after: number; readonly epoch: number }): Promise<void>;
  /** Closes all legs; resolves when they are closed. `onClosed` is still called if the channel was open. */
  abstract close(reason: string): Promise<void>;
}
