/**
 * When is an attempt over, whatever happens to its host meanwhile? Waits for the host's notice; looks again when the
 * connection breaks and, for an attempt whose host is dead, until its process has vanished.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExitRecord } from '../attempt-folder/attempt-record';
import type { StepHostLink } from '../step-host-link/step-host-link';
import type { SettledVerdict } from '../step-host-link/settle-attempt';
import type { FinalVerdict } from './decide-outcome';
import { monotonicMs } from '../process-table/monotonic-clock';

/** A notice may be lost with its connection: then this is how late the end is seen. */
const lookAgainMs = 2_000;
const orphanLookMs = 250;

export interface AwaitedAttempt {
  readonly attemptId: string;
  readonly timeoutMs: number | null;
  readonly link: StepHostLink;
  /** Stops the waiting, not the step. */
  readonly stop: AbortSignal;
}

export async function awaitEnd(attempt: AwaitedAttempt, first: SettledVerdict): Promise<FinalVerdict> {
  const { attemptId, link, stop } = attempt;
  const notice = Promise.withResolvers<FinalVerdict>();
  const onExited = (ended: string, exit: ExitRecord) => {
    if (ended === attemptId) notice.resolve({ kind: 'exited', exit });
  };
  link.events.on('exited', onExited);
  const enough = new AbortController();
  try {
    const looking = lookUntilEnded({ ...attempt, stop: AbortSignal.any([stop, enough.signal]) }, first);
    return await Promise.race([notice.promise, looking]);
  } finally {
    link.events.off('exited', onExited);
    enough.abort();
  }
}

/** What the first verdict calls running is asked after once more: its notice may have come before we listened. */
async function lookUntilEnded(attempt: AwaitedAttempt, first: SettledVerdict): Promise<FinalVerdict> {
  const ask = () => attempt.link.status(attempt.attemptId);
  for (let verdict = first.kind === 'running' ? await ask() : first; ; verdict = await ask()) {
    attempt.stop.throwIfAborted();
    if (verdict.kind === 'running') await untilWorthALook(attempt);
    else if (verdict.kind === 'orphaned') await watchOrphan(attempt, verdict);
    else return verdict;
  }
}

async function untilWorthALook({ link, stop }: AwaitedAttempt): Promise<void> {
  const enough = new AbortController();
  const signal = AbortSignal.any([stop, enough.signal]);
  try {
    await Promise.race([pause(lookAgainMs, undefined, { signal }), once(link.events, 'lost', { signal })]);
  } finally {
    enough.abort();
  }
}

/** The host counted the time; now that it is dead, the worker does. */
async function watchOrphan(attempt: AwaitedAttempt, orphan: SettledVerdict & { kind: 'orphaned' }): Promise<void> {
  const startedMs = orphan.evidence.started?.startedMonotonicMs;
  if (attempt.timeoutMs !== null && startedMs !== undefined && monotonicMs() - startedMs > attempt.timeoutMs) {
    await attempt.link.kill(attempt.attemptId, 'timed-out');
  }
  await pause(orphanLookMs, undefined, { signal: attempt.stop });
}
