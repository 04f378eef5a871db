/**
 * What does a receiver do with one sequenced message? (docs/protocol.md, Delivery)
 *
 * Duplicates, reordering and leftovers of an old connection are normal. A duplicate is the same sequence number
 * *and* the same id; the same number with another id means that one side went back in time, which is never
 * dropped silently.
 */
import type { MessageId } from '@longshore/protocol';

export interface SequencedHead {
  readonly seq: number;
  readonly id: MessageId;
}

export interface InboxView {
  /** Highest sequence number up to which everything stands in the store. */
  readonly highest: number;
  /** The id that the store has under a number, if it still remembers that number. */
  idAt(seq: number): MessageId | undefined;
}

export type ReceiveVerdict =
  /** The next in order: record it and its effect, then acknowledge. */
  | { readonly verdict: 'apply' }
  /** Ahead of a gap: record it, apply it when the gap is filled, acknowledge only up to the gap. */
  | { readonly verdict: 'hold' }
  /** Already recorded: acknowledge again, change nothing. */
  | { readonly verdict: 'duplicate' }
  /** Another message stood under this number: the sender or the receiver was rolled back. */
  | { readonly verdict: 'conflict'; readonly recordedId: MessageId };

export function decideReceive(inbox: InboxView, message: SequencedHead): ReceiveVerdict {
  const recordedId = inbox.idAt(message.seq);
  if (recordedId !== undefined && recordedId !== message.id) return { verdict: 'conflict', recordedId };
  if (message.seq <= inbox.highest || recordedId !== undefined) return { verdict: 'duplicate' };
  return { verdict: message.seq === inbox.highest + 1 ? 'apply' : 'hold' };
}

/** How far the store reaches without a gap once the held numbers are counted in. */
export function contiguousFrom(highest: number, held: ReadonlySet<number>): number {
  let reached = highest;
  while (held.has(reached + 1)) reached += 1;
  return reached;
}
