/**
 * How are messages taken from a queue, a bounded number at a time? A broker that hands over more than were asked for
 * is not one to stay connected to: what waits for its turn here is held in memory.
 */
import type { Channel, ConsumeMessage } from 'amqplib';

export interface Delivered {
  readonly message: ConsumeMessage;
  /** Once. Where the connection has ended meanwhile it is delivered again, and known by then. */
  acknowledge(): void;
}

export interface Consumption {
  readonly queue: string;
  /** Deliveries not yet acknowledged. */
  readonly prefetch: number;
  readonly onDelivery: (delivered: Delivered) => void;
  /** The queue was deleted under us. */
  readonly onCancelled: () => void;
  readonly onFlooded: () => void;
}

export async function consumeBounded(channel: Channel, consumption: Consumption): Promise<void> {
  const { queue, prefetch, onDelivery, onCancelled, onFlooded } = consumption;
  let waiting = 0;
  await channel.prefetch(prefetch);
  await channel.consume(queue, (message) => {
    if (message === null) return onCancelled();
    waiting += 1;
    if (waiting > prefetch) return onFlooded();
    onDelivery({
      message,
      acknowledge: () => {
        waiting -= 1;
        try {
          channel.ack(message);
        } catch {
          // The connection ended.
        }
      },
    });
  });
}
