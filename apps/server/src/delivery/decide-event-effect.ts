/**
 * What does an agent's word about one of its attempts change? (docs/protocol.md, Attempt states)
 *
 * States only advance and there is one verdict: a late word about an earlier state changes nothing, and neither does
 * a second verdict. What comes from a fenced attempt is late by decision of an operator or of a later session.
 */
import type { AttemptRecord } from '@longshore/persistence';
import { type AgentId, type AttemptState, advances } from '@longshore/protocol';

export type EventEffect =
  | { readonly effect: 'advance'; readonly state: AttemptState }
  /** Normal: streams have no order between them, and messages come more than once. */
  | { readonly effect: 'nothing-new' }
  /** Kept in the inbox and shown; the verdict stays. */
  | { readonly effect: 'late' }
  /** The agent speaks of an attempt that is not its own. */
  | { readonly effect: 'not-its-own' };

export function decideEventEffect(
  attempt: Pick<AttemptRecord, 'agentId' | 'state' | 'fenced'> | undefined,
  word: { readonly agentId: AgentId; readonly state: AttemptState },
): EventEffect {
  if (attempt === undefined || attempt.agentId !== word.agentId) return { effect: 'not-its-own' };
  if (attempt.fenced || (attempt.state === 'ended' && word.state === 'ended')) return { effect: 'late' };
  return advances(attempt.state, word.state) ? { effect: 'advance', state: word.state } : { effect: 'nothing-new' };
}
