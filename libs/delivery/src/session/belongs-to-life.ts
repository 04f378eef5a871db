/**
 * Is this word of the two lives that speak with each other now? A broker that lies can bring back any word that was ever
 * said; one of an earlier journal or of an earlier database means something else today (docs/protocol.md, Delivery).
 */
import type { Incarnation } from '@longshore/protocol';

export interface TwoLives {
  /** Of the agent's journal; null where it is not known. */
  readonly incarnation: Incarnation | null;
  /** Of the server's database; null where it is not known. */
  readonly serverIncarnation: Incarnation | null;
}

export function belongsToLife(word: TwoLives, now: TwoLives): boolean {
  return isSame(word.incarnation, now.incarnation) && isSame(word.serverIncarnation, now.serverIncarnation);
}

/** What one side does not know yet cannot be another life. */
function isSame(a: Incarnation | null, b: Incarnation | null): boolean {
  return a === null || b === null || a === b;
}
