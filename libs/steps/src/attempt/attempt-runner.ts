/**
 * How does a worker thread carry out attempts? `perform` takes one from its order to its last word, `resume` takes one
 * up from its folder after the worker (or one of its threads) was replaced, `cancel` ends its whole process tree.
 *
 * Order of things, none of which may change: order stored → inputs validated → start journalled (synced) → host asked
 * to start. So a crash at any point leaves an attempt that can be judged.
 */
import { LongshoreError, type AttemptId, type RunStep, type StepEnded } from '@longshore/protocol';
import type { LogSink } from '../log/log-sink';
import type { StepHostLink } from '../step-host-link/step-host-link';
import { StepHostRefusedError } from '../step-host-link/step-host-link-error';
import type { AttemptJournal } from './attempt-journal';
import { readOrder, storeOrder, type AttemptOrder } from './attempt-order';
import { compileStep } from './compile-step';
import { followAttempt } from './follow-attempt';
import { forgetToken } from './forget-token';
import { endedUnstarted } from './step-ended';

export class AttemptRunner {
  private readonly cancels = new Map<AttemptId, AbortController>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly link: StepHostLink,
    private readonly journal: AttemptJournal,
    private readonly logSink: LogSink,
  ) {}

  async perform(order: AttemptOrder, folderPath: string): Promise<StepEnded> {
    return await this.cancellable(order.step.attemptId, async (cancel) => {
      await storeOrder(folderPath, order);
      const ended = await this.start(order, folderPath, cancel);
      // Also of a step that never began.
      await forgetToken(folderPath);
      return ended;
    });
  }

  /** An attempt whose start was journalled. If it was never claimed, it is fenced and ends as `not-started`. */
  async resume(folderPath: string): Promise<StepEnded> {
    const order = await readOrder(folderPath);
    return await this.cancellable(order.step.attemptId, async (cancel) => {
      const verdict = await this.link.status(order.step.attemptId);
      return await followAttempt({ ...this.following(order, folderPath), cancel }, verdict);
    });
  }

  /** False: no such attempt here, or it has ended. */
  cancel(attemptId: AttemptId): boolean {
    const cancel = this.cancels.get(attemptId);
    cancel?.abort();
    return cancel !== undefined;
  }

  /** The worker is going: everything here rejects, every step goes on under its host. */
  stop(): void {
    this.stopping.abort();
  }

  private async start(order: AttemptOrder, folderPath: string, cancel: AbortSignal): Promise<StepEnded> {
    const { step } = order;
    const program = await refusable(step, () => compileStep(order, folderPath));
    if ('outcome' in program) return program;
    if (cancel.aborted) return endedUnstarted(step, 'cancelled', 'it was cancelled before it started');
    await this.journal.recordStart(step.attemptId);
    if (cancel.aborted) return endedUnstarted(step, 'cancelled', 'it was cancelled before it started');
    const verdict = await refusable(step, () => this.link.start(step.attemptId, program));
    if ('outcome' in verdict) return verdict;
    return await followAttempt({ ...this.following(order, folderPath), cancel }, verdict);
  }

  private following(order: AttemptOrder, folderPath: string) {
    return { order, folderPath, link: this.link, logSink: this.logSink, stop: this.stopping.signal };
  }

  private async cancellable(
    attemptId: AttemptId,
    run: (cancel: AbortSignal) => Promise<StepEnded>,
  ): Promise<StepEnded> {
    const cancel = this.cancels.get(attemptId) ?? new AbortController();
    this.cancels.set(attemptId, cancel);
    try {
      return await run(cancel.signal);
    } finally {
      this.cancels.delete(attemptId);
    }
  }
}

/** What can never be started fails at once and says why; what may start later is the caller's to try again. */
async function refusable<Result>(step: RunStep, act: () => Promise<Result>): Promise<Result | StepEnded> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof StepHostRefusedError) return endedUnstarted(step, 'not-started', error.message);
    if (error instanceof LongshoreError && error.severity === 'give-up') {
      return endedUnstarted(step, 'failed', error.message);
    }
    throw error;
  }
}
