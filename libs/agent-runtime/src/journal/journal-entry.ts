/**
 * What does the journal remember? Facts, one after another, never changed; everything else is derived from them
 * (docs/protocol.md, Monitor, worker, step host; Delivery). Each entry's hash covers the hash before it, so a flipped
 * byte and a missing entry both break the chain.
 */
import { createHash } from 'node:crypto';
import type {
  AgentStream,
  AttemptId,
  CommandMessage,
  EventMessage,
  Grant,
  Incarnation,
  MessageId,
} from '@longshore/protocol';
import type { JournalSnapshot } from './journal-view';

export type JournalFact =
  /** The first entry of a journal's life. */
  | { readonly kind: 'born'; readonly incarnation: Incarnation }
  /** A command of the server, before it is acknowledged. */
  | { readonly kind: 'command'; readonly message: CommandMessage }
  /** An event of ours, before it is sent. */
  | { readonly kind: 'event'; readonly message: EventMessage }
  /** The server's store has this stream up to `seq`. */
  | { readonly kind: 'acknowledged'; readonly stream: AgentStream; readonly seq: number }
  /** A hello is about to be sent under this id. */
  | { readonly kind: 'hello'; readonly helloId: MessageId }
  /** The server granted a session. Another server incarnation than before numbers its commands anew. */
  | { readonly kind: 'grant'; readonly grant: Grant; readonly serverIncarnation: Incarnation }
  /** The server gave this attempt up; it is none of ours any more. */
  | { readonly kind: 'abandoned'; readonly attemptId: AttemptId }
  /** Everything that earlier entries amount to, so that they can be removed. */
  | { readonly kind: 'checkpoint'; readonly snapshot: JournalSnapshot; readonly chainedTo: string }
  /** A message that is still needed, written again behind a checkpoint; `numbered` while its number still counts. */
  | { readonly kind: 'kept-command'; readonly message: CommandMessage; readonly numbered: boolean }
  | { readonly kind: 'kept-event'; readonly message: EventMessage };

/** An entry as it stands in the table. */
export interface JournalRow {
  readonly seq: number;
  readonly kind: string;
  /** Stream, number and id of the message that the entry holds, for look-ups; null in all others. */
  readonly stream: string | null;
  readonly number: number | null;
  readonly messageId: string | null;
  readonly fact: string;
  readonly hash: string;
}

/** Where the chain ends: the last entry's number and hash. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

export const chainStart: ChainEnd = { seq: 0, hash: '' };

export function rowOf(fact: JournalFact, end: ChainEnd): JournalRow {
  const message = 'message' in fact && (fact.kind !== 'kept-command' || fact.numbered) ? fact.message : null;
  const unhashed = {
    seq: end.seq + 1,
    kind: fact.kind,
    stream: message?.stream ?? null,
    number: message?.seq ?? null,
    messageId: message?.id ?? null,
    fact: JSON.stringify(fact),
  };
  return { ...unhashed, hash: hashOf(unhashed, end.hash) };
}

export function hashOf(row: Omit<JournalRow, 'hash'>, before: string): string {
  const head = JSON.stringify([before, row.seq, row.kind, row.stream, row.number, row.messageId]);
  return createHash('sha256').update(head).update(row.fact).digest('base64url');
}
