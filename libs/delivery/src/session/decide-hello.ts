/**
 * What does the server answer to a `hello`? (docs/protocol.md, Delivery: epochs)
 *
 * Epochs are issued by the server. A hello names the grant that the agent journaled last. The normal cases are:
 * it names the last grant (reconnect), or, because a welcome was lost, the grant before it while repeating the
 * hello that the lost welcome answered. Everything else means that there are two of this agent or that it went
 * back in time; the operator decides between *move* and *fork*. An operator has decided already where another key was
 * pinned by an operator's leave: the journal that comes with it is the agent's, be it the one before or a new one.
 */
import type { Grant, Hello, Incarnation, MessageId } from '@longshore/protocol';

/** What the server's store knows of an agent's sessions. */
export interface SessionRecord {
  /** Null before the first session, and when another key was pinned by an operator's authority. */
  readonly incarnation: Incarnation | null;
  readonly lastGrant: Grant | null;
  /** The grant before `lastGrant`. */
  readonly previousGrant: Grant | null;
  /** The hello that `lastGrant` answered. */
  readonly lastHelloId: MessageId | null;
  /** Journal head that came with that hello. */
  readonly journalSeq: number;
}

export interface IncomingHello {
  readonly helloId: MessageId;
  /** Whether this very hello was granted a session before, be it the last or one long ago. */
  readonly answeredBefore: boolean;
  readonly incarnation: Incarnation;
  readonly body: Pick<Hello, 'lastGrant' | 'previousHelloId' | 'journal'>;
}

export type HelloVerdict =
  | { readonly verdict: 'grant'; readonly epoch: number; readonly because: 'first' | 'reconnect' | 'welcome-lost' }
  /** Its journal begins here: what was numbered for the journal before is void. */
  | { readonly verdict: 'grant'; readonly epoch: number; readonly because: 'installed-anew' }
  /** The same hello again, whose welcome we already made: answer with the grant that exists. */
  | { readonly verdict: 'repeat-grant'; readonly grant: Grant }
  /** A genuine hello of long ago, brought back by a broker: nothing is answered, and nothing is thought of the agent. */
  | { readonly verdict: 'replayed' }
  | { readonly verdict: 'quarantine'; readonly reason: 'duplicate-identity' | 'agent-rolled-back' };

export function decideHello(record: SessionRecord, hello: IncomingHello): HelloVerdict {
  const { lastGrant, previousGrant } = record;
  if (lastGrant === null) return { verdict: 'grant', epoch: 1, because: 'first' };
  const epoch = lastGrant.epoch + 1;
  if (hello.answeredBefore && record.lastHelloId !== hello.helloId) return { verdict: 'replayed' };
  if (record.incarnation === null)
    return { verdict: 'grant', epoch, because: hello.body.lastGrant === null ? 'installed-anew' : 'reconnect' };
  if (record.lastHelloId === hello.helloId) return { verdict: 'repeat-grant', grant: lastGrant };
  if (record.incarnation !== hello.incarnation) return { verdict: 'quarantine', reason: 'duplicate-identity' };
  if (hello.body.journal.seq < record.journalSeq) return { verdict: 'quarantine', reason: 'agent-rolled-back' };
  if (isSameGrant(hello.body.lastGrant, lastGrant)) return { verdict: 'grant', epoch, because: 'reconnect' };
  const repeatsLostHello = hello.body.previousHelloId === record.lastHelloId;
  if (isSameGrant(hello.body.lastGrant, previousGrant) && repeatsLostHello) {
    return { verdict: 'grant', epoch, because: 'welcome-lost' };
  }
  return { verdict: 'quarantine', reason: 'duplicate-identity' };
}

function isSameGrant(a: Grant | null, b: Grant | null): boolean {
  if (a === null || b === null) return a === b;
  return a.epoch === b.epoch && a.nonce === b.nonce;
}
