/**
 * Which of the attempts that an agent reports as open goes on, is told again, or is given up?
 * (docs/protocol.md, Delivery and Attempt states)
 *
 * An attempt that the server does not know, gave to somebody else, or declared lost is fenced: the agent stops it
 * and what it still says is stored as *late*. An attempt that the server still counts as open on this agent but
 * that the agent does not mention was never received: the command is still in the outbox and comes by itself.
 */
import type { AttemptDecision, AttemptId, AttemptState, OpenAttempt } from '@longshore/protocol';

export interface KnownAttempt {
  readonly attemptId: AttemptId;
  readonly state: AttemptState;
  readonly fenced: boolean;
}

export function reconcileAttempts(open: readonly OpenAttempt[], known: readonly KnownAttempt[]): AttemptDecision[] {
  const byId = new Map(known.map((attempt) => [attempt.attemptId, attempt]));
  return open.map(({ attemptId, phase }) => {
    const attempt = byId.get(attemptId);
    if (attempt === undefined || attempt.fenced) return { attemptId, decision: 'abandon' };
    if (phase === 'ended' && attempt.state !== 'ended') return { attemptId, decision: 'report-again' };
    if (phase !== 'ended' && attempt.state === 'ended') return { attemptId, decision: 'abandon' };
    return { attemptId, decision: 'continue' };
  });
}

/**
 * Which open attempts need a new `step.run` that names the new epoch: those that the agent has not started, be it
 * that it never got the command or that it waits with it.
 */
export function attemptsToOfferAgain(open: readonly OpenAttempt[], known: readonly KnownAttempt[]): AttemptId[] {
  const phases = new Map(open.map(({ attemptId, phase }) => [attemptId, phase]));
  return known
    .filter(({ state, fenced }) => !fenced && (state === 'offered' || state === 'accepted'))
    .filter(({ attemptId }) => {
      const phase = phases.get(attemptId);
      return phase === undefined || phase === 'received' || phase === 'accepted';
    })
    .map(({ attemptId }) => attemptId);
}
