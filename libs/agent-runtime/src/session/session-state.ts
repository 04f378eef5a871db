/**
 * In which state is the agent's session, in words that a person and `longshore-agent status` can use?
 *
 * - `connecting`: dialling, or waiting for the `welcome`. Entered at start and after each loss.
 * - `online`: a welcome was accepted and the last round trip is young. Left when the channel ends.
 * - `waiting`: pausing before the next dial; `problem` says why the last one ended.
 * - `refused`: the server said `bye` for a reason that only an operator can lift; still tried now and then.
 * - `stopped`: the process is ending.
 */
import { type ByeReason, assertNever } from '@longshore/protocol';
import { type PauseBounds, approvalBounds, reconnectBounds, refusedBounds } from './full-jitter';

export type SessionPhase = 'connecting' | 'online' | 'waiting' | 'refused' | 'stopped';

export interface SessionState {
  readonly phase: SessionPhase;
  readonly epoch: number | null;
  /** Monotonic moment at which the last answered heartbeat was sent; null before the first. */
  readonly lastRoundTripAtMs: number | null;
  readonly problem: string | null;
}

/** How one session ended, from the first dial to the last word. */
export type SessionEnd =
  | { readonly end: 'unreachable'; readonly reason: string; readonly cause: unknown }
  | { readonly end: 'lost'; readonly reason: string }
  | { readonly end: 'bye'; readonly reason: ByeReason; readonly text: string; readonly retryAfterMs: number | null }
  /** The two ends remember different things; an operator has to look. */
  | { readonly end: 'disagreement'; readonly reason: string }
  | { readonly end: 'stopped' };

/** What the monitor found out about an end: the next dial may succeed at once, or somebody has to do something first. */
export type Finding = { readonly finding: 'cured' } | { readonly finding: 'refused'; readonly problem: string };

export interface Redial {
  readonly phase: Extract<SessionPhase, 'waiting' | 'refused'>;
  readonly bounds: PauseBounds;
  /** Waited on top of the jitter. */
  readonly extraMs: number;
  readonly problem: string;
}

function decideRedial(ended: Exclude<SessionEnd, { end: 'stopped' }>): Redial {
  switch (ended.end) {
    case 'unreachable':
    case 'lost':
      return { phase: 'waiting', bounds: reconnectBounds, extraMs: 0, problem: ended.reason };
    case 'disagreement':
      return { phase: 'refused', bounds: refusedBounds, extraMs: 0, problem: ended.reason };
    case 'bye': {
      const problem = ended.text === '' ? ended.reason : `${ended.reason}: ${ended.text}`;
      const refusal = boundsOfRefusal(ended.reason);
      const phase = refusal === null ? 'waiting' : 'refused';
      const { retryAfterMs } = ended;
      if (retryAfterMs !== null) return { phase, bounds: reconnectBounds, extraMs: retryAfterMs, problem };
      return { phase, bounds: refusal ?? reconnectBounds, extraMs: 0, problem };
    }
    default:
      return assertNever(ended);
  }
}

/** A refusal that an operator may be lifting just now is looked at as often as an approval. */
export function redialAfter(ended: Exclude<SessionEnd, { end: 'stopped' }>, found: Finding | null): Redial {
  const redial = decideRedial(ended);
  if (found === null) return redial;
  if (found.finding === 'cured') return { ...redial, phase: 'waiting', bounds: reconnectBounds, extraMs: 0 };
  return { phase: 'refused', bounds: approvalBounds, extraMs: 0, problem: found.problem };
}

/** Null: the agent comes back as after any loss. */
function boundsOfRefusal(reason: ByeReason): PauseBounds | null {
  switch (reason) {
    case 'shutting-down':
    case 'protocol-error':
    // What was opened with the old credentials is closed; the new ones are good.
    case 'credentials-changed':
      return null;
    case 'awaiting-approval':
    case 'forgotten':
      return approvalBounds;
    case 'superseded':
    case 'duplicate-identity':
    case 'agent-rolled-back':
    case 'removed':
      return refusedBounds;
    default:
      return assertNever(reason);
  }
}
