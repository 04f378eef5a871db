/**
 * What became of this attempt? A verdict from evidence alone (docs/protocol.md, Monitor, worker, step host; Attempt
 * states). `unknown` is said only when it is certain that nobody will ever know more; `not-started` only of an
 * attempt that nobody can start any more, which the caller makes sure of by taking the claim.
 */
import type { ExitRecord } from '../attempt-folder/attempt-record';
import type { AttemptEvidence } from './attempt-evidence';

export type AttemptVerdict =
  /** A living host has it: it will write how it ends. */
  | { readonly kind: 'running' }
  | { readonly kind: 'exited'; readonly exit: ExitRecord }
  /** The process lives without its host. It may end by itself, but nobody will learn how. */
  | { readonly kind: 'orphaned'; readonly evidence: AttemptEvidence }
  | { readonly kind: 'unknown'; readonly evidence: AttemptEvidence; readonly reason: string }
  /** No claim: nothing was spawned. Final only with the claim taken. */
  | { readonly kind: 'unclaimed' }
  | { readonly kind: 'not-started'; readonly reason: string };

export function judgeAttempt(evidence: AttemptEvidence): AttemptVerdict {
  const { claim, exit, hostAlive, stepAlive } = evidence;
  if (exit !== undefined) return { kind: 'exited', exit };
  if (claim === undefined) return { kind: 'unclaimed' };
  if (claim.purpose === 'fence') return { kind: 'not-started', reason: 'it was fenced before anybody started it' };
  if (hostAlive) return { kind: 'running' };
  if (stepAlive) return { kind: 'orphaned', evidence };
  return { kind: 'unknown', evidence, reason: unknownReason(evidence) };
}

function unknownReason({ claim, started, bootId }: AttemptEvidence): string {
  if (claim?.claimant.bootId !== bootId) return 'the machine restarted while the step ran; its end was not recorded';
  if (started === undefined) return 'the step host died between claiming the attempt and recording its start';
  return `the step host (pid ${claim.claimant.pid}) died and the step (pid ${started.process.pid}) is gone; its end was not recorded`;
}
