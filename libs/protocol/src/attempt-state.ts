/**
 * The states of an attempt as the server sees them, and which may follow which (docs/protocol.md, Attempt states).
 *
 * - `queued`: the item is ready and no command for this attempt has been numbered. Entered when the item becomes
 *   ready or a retry is decided; left when the dispatcher numbers a `step.run`.
 * - `offered`: a `step.run` stands in the agent's outbox. Left by the agent's first word about the attempt.
 * - `accepted`: the agent has it in its inbox and checked it.
 * - `running`: the start record was synced and the step host asked to start.
 * - `ended`: has an outcome; final. An outcome is not a state.
 *
 * There is no order between streams, so `ended` may follow any earlier state and implies those in between, and a
 * late word about an earlier state changes nothing. States never go backwards.
 */
import { z } from 'zod';

export const attemptStates = ['queued', 'offered', 'accepted', 'running', 'ended'] as const;
export const attemptStateSchema = z.enum(attemptStates);
export type AttemptState = z.infer<typeof attemptStateSchema>;

export const outcomeSchema = z.enum(['succeeded', 'failed', 'cancelled', 'timed-out', 'not-started', 'unknown']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Whether a word about `next` moves an attempt that stands at `current`. */
export function advances(current: AttemptState, next: AttemptState): boolean {
  return attemptStates.indexOf(next) > attemptStates.indexOf(current);
}
