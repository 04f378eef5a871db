/**
 * When is an attempt over, whatever happens to its host meanwhile? Waits for the host's notice; looks again when the
 * connection breaks and, for an attempt whose host is dead, until its process has vanished.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
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
  for (let verdict = first; ; verdict = await attempt.link.status(attempt.attemptId)) {
    attempt.stop.throwIfAborted();
    if (verdict.kind === 'running') await nextNews(attempt);
    else if (verdict.kind === 'orphaned') await watchOrphan(attempt, verdict);
    else return verdict;
  }
}

async function nextNews({ attemptId, link, stop }: AwaitedAttempt): Promise<void> {
  const enough = new AbortController();
  const signal = AbortSignal.any([stop, enough.signal]);
  const onExited = (ended: string) => ended === attemptId && enough.abort();
  link.events.on('exited', onExited);
  try {
    await Promise.race([pause(lookAgainMs, undefined, { signal }), once(link.events, 'lost', { signal })]);
  } catch {
    // Woken by the exit, or stopped: the caller looks which.
  } finally {
    link.events.off('exited', onExited);
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
