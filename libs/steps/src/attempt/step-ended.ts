/** The last word about an attempt, composed from what is known (docs/protocol.md, Messages, `step.ended`). */
import type { LogStream, Outcome, RunStep, StepEnded } from '@longshore/protocol';
import type { KillReason } from '../attempt-folder/attempt-record';
import type { StepOutputs } from '../plug-in/step-outputs';
import { decideOutcome, type FinalVerdict } from './decide-outcome';
import type { ShippedLog } from '../log/shipped-log';

export interface KnownEnd {
  readonly verdict: FinalVerdict;
  readonly killedFor: KillReason | undefined;
  readonly outputs: StepOutputs;
  readonly logs: readonly (readonly [LogStream, ShippedLog])[];
}

const longestReason = 4_000;

export function composeStepEnded(step: RunStep, { verdict, killedFor, outputs, logs }: KnownEnd): StepEnded {
  const { outcome, reason } = decideOutcome(verdict, killedFor);
  const exit = verdict.kind === 'exited' ? verdict.exit : undefined;
  const logProblems = logs.flatMap(([, log]) => ('problem' in log ? [log.problem] : []));
  const reasons = [reason, ...logProblems, ...outputs.problems].filter((each) => each !== null);
  return {
    ...bareEnd(step, outcome),
    exitCode: exit?.exitCode ?? null,
    signal: exit?.signal ?? null,
    outputs: outputs.outputs,
    logs: Object.fromEntries(logs.flatMap(([stream, log]) => ('digest' in log ? [[stream, log.digest]] : []))),
    ranMs: exit === undefined || exit.spawnError !== null ? null : exit.wallMs,
    endedAt: exit?.endedAt ?? new Date().toISOString(),
    reason: reasons.length === 0 ? null : reasons.join('; ').slice(0, longestReason),
    evidence: verdict.kind === 'unknown' ? { ...withoutNonces(verdict) } : null,
  };
}

/** An attempt that never ran: refused inputs, cancelled or fenced before its start. */
export function endedUnstarted(step: RunStep, outcome: Outcome, reason: string): StepEnded {
  return { ...bareEnd(step, outcome), reason: reason.slice(0, longestReason) };
}

function bareEnd({ attemptId, attemptNumber, itemId }: RunStep, outcome: Outcome): StepEnded {
  const nothing = { exitCode: null, signal: null, outputs: {}, logs: {}, ranMs: null, reason: null, evidence: null };
  return { attemptId, attemptNumber, itemId, outcome, ...nothing, endedAt: new Date().toISOString() };
}

/** The nonces are how we recognise our processes: they stay on this machine. */
function withoutNonces({ evidence }: FinalVerdict & { kind: 'unknown' }): Record<string, unknown> {
  const { claim, started, ...rest } = evidence;
  return {
    ...rest,
    claim: claim === undefined ? null : { purpose: claim.purpose, claimant: claim.claimant },
    started: started === undefined ? null : { process: started.process, startedAt: started.startedAt },
  };
}
