/**
 * How much may a broker make us hold? amqplib collects as much content as a message announces, without an end. So
 * content that is larger than any message of ours is let go as it comes: the message arrives empty, is refused as one
 * that nobody signed, and is taken from the queue. A body that never ends costs the line, not our memory.
 */

/** `size` stands in the frame that announces content, `content` in those that carry it. */
interface AmqpFrame {
  readonly channel: number;
  readonly size?: number;
  readonly content?: Buffer;
}

/** amqplib's connection, as far as it is looked at here; `accept` is called as its method. */
interface FrameTaker<Self> {
  accept: (this: Self, frame: AmqpFrame) => void;
}

/** For a connection that is open: the handshake replaces what is wrapped here. */
export function boundContent<Self extends FrameTaker<Self>>(connection: Self, maxBytes: number): void {
  /** Bytes still to be let go, by AMQP channel. */
  const passing = new Map<number, number>();
  const accept = connection.accept;
  connection.accept = function boundedAccept(this: Self, frame: AmqpFrame): void {
    const { channel, size, content } = frame;
    const left = passing.get(channel);
    if (left !== undefined) {
      passing.delete(channel);
      if (content !== undefined) {
        if (left > content.length) passing.set(channel, left - content.length);
        return;
      }
    }
    if (size !== undefined && size > maxBytes) {
      passing.set(channel, size);
      return accept.call(this, { ...frame, size: 0 });
    }
    accept.call(this, frame);
  };
}
