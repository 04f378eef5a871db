/** Cuts a list of events into requests that the gateway takes, each event already as JSON. */
import { type EventMessage, limits, MessageTooLargeError } from '@longshore/protocol';

/** Half of what the gateway takes as a body for a piece of log. */
const requestBytes = limits.logPieceBytes / 2;

export function batchEvents(messages: readonly EventMessage[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const text = JSON.stringify(message);
    const size = Buffer.byteLength(text);
    if (size > limits.messageBytes) throw new MessageTooLargeError(size);
    const batch = batches.at(-1);
    if (batch === undefined || batch.length === limits.eventsPerRequest || bytes + size > requestBytes) {
      batches.push([text]);
      bytes = size;
    } else {
      batch.push(text);
      bytes += size;
    }
  }
  return batches;
}
