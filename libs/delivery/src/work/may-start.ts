/**
 * May the agent start this attempt now? (docs/protocol.md, Starting work)
 *
 * A `step.run` starts only in the epoch it names, in a session whose last server round trip is young, unless its
 * outage contract allows a start without the server. Ages are monotonic and include suspend; no clock is asked.
 */
import type { RunStep } from '@longshore/protocol';

export interface SessionView {
  /** Epoch of the live session; null when there is none. */
  readonly epoch: number | null;
  readonly lastRoundTripAgeMs: number;
  readonly heartbeatMs: number;
  readonly heartbeatsUntilLost: number;
}

export type StartVerdict = { readonly verdict: 'start' } | { readonly verdict: 'wait'; readonly reason: string };

export function mayStart(order: Pick<RunStep, 'startEpoch' | 'outage'>, session: SessionView): StartVerdict {
  if (order.outage.startWithoutServer) return { verdict: 'start' };
  if (session.epoch === null) return { verdict: 'wait', reason: 'no session with the server' };
  if (session.epoch !== order.startEpoch) {
    return { verdict: 'wait', reason: `offered for epoch ${order.startEpoch}, the session is ${session.epoch}` };
  }
  const bound = session.heartbeatMs * session.heartbeatsUntilLost;
  if (session.lastRoundTripAgeMs > bound) {
    return { verdict: 'wait', reason: `the server has been silent for ${Math.round(session.lastRoundTripAgeMs)} ms` };
  }
  return { verdict: 'start' };
}
