/**
 * What runs in a pool thread? One `AttemptRunner` with this thread's own connections; the journal is in the monitor
 * and is reached through the main thread. The loop ends only with its thread.
 */
import { parentPort } from 'node:worker_threads';
import { assertNever, LongshoreError, type AttemptId, type StepEnded } from '@longshore/protocol';
import { AttemptJournal } from '../attempt/attempt-journal';
import { AttemptRunner } from '../attempt/attempt-runner';
import type { LogSink } from '../log/log-sink';
import type { StepHostLink } from '../step-host-link/step-host-link';
import type { PoolToThread, ThreadProblem, ThreadToPool } from './pool-message';

export interface PoolThreadPorts {
  readonly link: StepHostLink;
  readonly logSink: LogSink;
}

export class PoolThreadMisplacedError extends LongshoreError {
  constructor() {
    super('POOL_THREAD_MISPLACED', 'stop', 'a pool thread runs in a worker thread only');
  }
}

export function runPoolThread({ link, logSink }: PoolThreadPorts): void {
  const port = parentPort;
  if (port === null) throw new PoolThreadMisplacedError();
  const say = (message: ThreadToPool) => port.postMessage(message);
  const journal = new RelayedJournal((attemptId) => say({ kind: 'record-start', attemptId }));
  const runner = new AttemptRunner(link, journal, logSink);
  const follow = (attemptId: AttemptId, run: Promise<StepEnded>) =>
    run.then(
      (ended) => say({ kind: 'ended', attemptId, ended }),
      (error: unknown) => say({ kind: 'failed', attemptId, problem: describe(error) }),
    );
  port.on('message', (message: PoolToThread) => {
    switch (message.kind) {
      case 'perform':
        void follow(message.attemptId, runner.perform(message.order, message.folderPath));
        return;
      case 'resume':
        void follow(message.attemptId, runner.resume(message.folderPath));
        return;
      case 'cancel':
        runner.cancel(message.attemptId);
        return;
      case 'start-recorded':
        journal.settle(message.attemptId, message.problem);
        return;
      default:
        assertNever(message);
    }
  });
}

export class AttemptStartUnrecordedError extends LongshoreError {
  constructor(problem: string) {
    super('ATTEMPT_START_UNRECORDED', 'retry', `the start was not recorded: ${problem}`);
  }
}

/** Asks the main thread, which asks the monitor; resolves when its answer came back. */
class RelayedJournal extends AttemptJournal {
  private readonly waiting = new Map<AttemptId, { resolve: () => void; reject: (error: Error) => void }>();

  constructor(private readonly ask: (attemptId: AttemptId) => void) {
    super();
  }

  override async recordStart(attemptId: AttemptId): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.waiting.set(attemptId, { resolve, reject });
      this.ask(attemptId);
    });
  }

  settle(attemptId: AttemptId, problem: string | null): void {
    const waiting = this.waiting.get(attemptId);
    this.waiting.delete(attemptId);
    if (problem === null) waiting?.resolve();
    else waiting?.reject(new AttemptStartUnrecordedError(problem));
  }
}

function describe(error: unknown): ThreadProblem {
  if (error instanceof LongshoreError) {
    return { code: error.code, severity: error.severity, message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', severity: 'retry', message };
}
