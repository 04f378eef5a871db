/**
 * How did the attempt end? From the verdict and the reason it was killed for, if it was
 * (docs/protocol.md, Attempt states). An exit code of 0 is success only if nobody killed the step.
 */
import { assertNever, type Outcome } from '@longshore/protocol';
import type { KillReason } from '../attempt-folder/attempt-record';
import type { SettledVerdict } from '../step-host-link/settle-attempt';

/** A verdict after which nothing more will happen. */
export type FinalVerdict = Exclude<SettledVerdict, { kind: 'running' | 'orphaned' }>;

export interface DecidedOutcome {
  readonly outcome: Outcome;
  readonly reason: string | null;
}

const outcomeOfKill: Record<KillReason, Outcome> = {
  cancelled: 'cancelled',
  'timed-out': 'timed-out',
  'agent-stopped': 'failed',
};
const reasonOfKill: Record<KillReason, string | null> = {
  cancelled: null,
  'timed-out': null,
  'agent-stopped': 'its agent was stopped together with its steps',
};

export function decideOutcome(verdict: FinalVerdict, killedFor: KillReason | undefined): DecidedOutcome {
  switch (verdict.kind) {
    case 'not-started':
      return { outcome: 'not-started', reason: verdict.reason };
    case 'unknown':
      // We killed it, and it is gone: how it would have ended is not asked any more.
      return killedFor === undefined
        ? { outcome: 'unknown', reason: verdict.reason }
        : { outcome: outcomeOfKill[killedFor], reason: `${verdict.reason}, after it was killed` };
    case 'exited':
      if (killedFor !== undefined) return { outcome: outcomeOfKill[killedFor], reason: reasonOfKill[killedFor] };
      return fromExit(verdict.exit);
    default:
      return assertNever(verdict);
  }
}

function fromExit(exit: { exitCode: number | null; signal: string | null; spawnError: string | null }): DecidedOutcome {
  if (exit.spawnError !== null) return { outcome: 'failed', reason: `it could not be started: ${exit.spawnError}` };
  if (exit.signal !== null) return { outcome: 'failed', reason: `it was ended by ${exit.signal}` };
  if (exit.exitCode === 0) return { outcome: 'succeeded', reason: null };
  return { outcome: 'failed', reason: `it exited with ${exit.exitCode}` };
}
