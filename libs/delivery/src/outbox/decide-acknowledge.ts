/**
 * What does an acknowledgement do to the sender's outbox? (docs/protocol.md, Delivery)
 *
 * Acknowledgements are cumulative, may come late, twice or out of order, and never move the cursor back. One that
 * goes beyond what was ever sent means that the sender was rolled back.
 */
export interface OutboxCursors {
  /** Highest number given out so far; 0 before the first. */
  readonly lastSeq: number;
  /** Everything up to here stands in the receiver's store. */
  readonly ackedSeq: number;
}

export type AcknowledgeVerdict =
  | { readonly verdict: 'advance'; readonly ackedSeq: number }
  | { readonly verdict: 'nothing-new' }
  | { readonly verdict: 'beyond-what-was-sent'; readonly lastSeq: number };

export function decideAcknowledge(outbox: OutboxCursors, seq: number): AcknowledgeVerdict {
  if (seq > outbox.lastSeq) return { verdict: 'beyond-what-was-sent', lastSeq: outbox.lastSeq };
  if (seq <= outbox.ackedSeq) return { verdict: 'nothing-new' };
  return { verdict: 'advance', ackedSeq: seq };
}
