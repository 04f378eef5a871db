/**
 * Which thread carries out which attempt? Threads are made on demand, at most one per CPU, each serving several
 * attempts: a step is a process of its own, a thread only reads, masks and ships its log. What is over the limit
 * waits its turn here (docs/protocol.md, Monitor, worker, step host). A thread that has had nothing to do for some
 * seconds is ended, so that an agent at rest has none.
 *
 * A thread that crashes costs nothing but time: its attempts are taken up again by another one. An attempt that
 * takes down thread after thread is given up, so that it cannot take the others with it.
 */
import { availableParallelism } from 'node:os';
import { assertNever, LongshoreError, type AttemptId, type StepEnded } from '@longshore/protocol';
import type { AttemptJournal } from '../attempt/attempt-journal';
import type { AttemptOrder } from '../attempt/attempt-order';
import { endedUnstarted } from '../attempt/step-ended';
import { AttemptFollowingError, AttemptPoolStoppedError, AttemptThreadCrashedError } from './pool-error';
import type { PoolToThread, ThreadToPool } from './pool-message';
import { PoolThread } from './pool-thread';

const attemptsPerCpu = 4;
const crashesUntilGivenUp = 3;
const threadIdleMs = 5_000;

export interface AttemptPoolOptions {
  /** The file that calls `runPoolThread`, and what it finds as `workerData`. */
  readonly threadEntry: string;
  readonly threadData: unknown;
  readonly journal: AttemptJournal;
  readonly maxParallel?: number;
  readonly maxThreads?: number;
  /** How long a thread without attempts is kept for the next one. */
  readonly threadIdleMs?: number;
}

interface PooledAttempt {
  readonly attemptId: AttemptId;
  readonly folderPath: string;
  /** Undefined once its start may have been journalled: from then on it can only be resumed. */
  order: AttemptOrder | undefined;
  thread: PoolThread | undefined;
  crashes: number;
  isCancelled: boolean;
  readonly resolve: (ended: StepEnded) => void;
  readonly reject: (error: Error) => void;
}

export class AttemptPool {
  readonly maxParallel: number;
  private readonly maxThreads: number;
  private readonly attempts = new Map<AttemptId, PooledAttempt>();
  private threads: PoolThread[] = [];
  private stopped = false;

  constructor(private readonly options: AttemptPoolOptions) {
    const cpus = availableParallelism();
    this.maxParallel = options.maxParallel ?? attemptsPerCpu * cpus;
    this.maxThreads = Math.min(options.maxThreads ?? cpus, cpus);
  }

  get threadCount(): number {
    return this.threads.length;
  }

  /** Attempts that run or wait here. */
  get load(): number {
    return this.attempts.size;
  }

  async perform(order: AttemptOrder, folderPath: string): Promise<StepEnded> {
    return await this.enter(order.step.attemptId, folderPath, order);
  }

  /** An attempt whose start was journalled by an earlier worker. */
  async resume(attemptId: AttemptId, folderPath: string): Promise<StepEnded> {
    return await this.enter(attemptId, folderPath, undefined);
  }

  /** False: it is not here. */
  cancel(attemptId: AttemptId): boolean {
    const attempt = this.attempts.get(attemptId);
    if (attempt === undefined) return false;
    attempt.isCancelled = true;
    if (attempt.thread !== undefined) attempt.thread.say({ kind: 'cancel', attemptId });
    else if (attempt.order !== undefined) {
      this.leave(attempt);
      attempt.resolve(endedUnstarted(attempt.order.step, 'cancelled', 'it was cancelled before it started'));
    }
    return true;
  }

  /** Ends the threads; steps go on under their host, and every attempt here rejects. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.threads.map((thread) => thread.stop()));
    for (const attempt of this.attempts.values()) attempt.reject(new AttemptPoolStoppedError());
    this.attempts.clear();
  }

  private enter(attemptId: AttemptId, folderPath: string, order: AttemptOrder | undefined): Promise<StepEnded> {
    return new Promise((resolve, reject) => {
      if (this.stopped) return reject(new AttemptPoolStoppedError());
      const fresh = { thread: undefined, crashes: 0, isCancelled: false };
      this.attempts.set(attemptId, { attemptId, folderPath, order, resolve, reject, ...fresh });
      this.placeWaiting();
    });
  }

  private leave(attempt: PooledAttempt): void {
    attempt.thread?.release(attempt.attemptId);
    this.attempts.delete(attempt.attemptId);
  }

  private placeWaiting(): void {
    if (this.stopped) return;
    let free = this.maxParallel - this.threads.reduce((sum, thread) => sum + thread.load, 0);
    for (const attempt of this.attempts.values()) {
      if (attempt.thread !== undefined) continue;
      // What already runs on this machine is followed whatever the limit says.
      if (free <= 0 && attempt.order !== undefined) continue;
      free -= 1;
      this.place(attempt);
    }
  }

  private place(attempt: PooledAttempt): void {
    const thread = this.leastLoadedThread();
    thread.take(attempt.attemptId);
    attempt.thread = thread;
    thread.say(firstWords(attempt));
    if (attempt.isCancelled) thread.say({ kind: 'cancel', attemptId: attempt.attemptId });
  }

  private leastLoadedThread(): PoolThread {
    const [least] = this.threads.toSorted((left, right) => left.load - right.load);
    if (least !== undefined && (least.load === 0 || this.threads.length >= this.maxThreads)) return least;
    const { threadEntry: entry, threadData: workerData, threadIdleMs: idleMs = threadIdleMs } = this.options;
    const thread: PoolThread = new PoolThread(
      { entry, workerData, idleMs },
      {
        hear: (message) => this.hear(message),
        idle: () => this.retire(thread),
        crashed: (attempts, cause) => this.replace(thread, attempts, cause),
      },
    );
    this.threads.push(thread);
    return thread;
  }

  /** Nothing can be lost: it serves no attempt, and from here on it is given none. */
  private retire(thread: PoolThread): void {
    this.threads = this.threads.filter((each) => each !== thread);
    void thread.stop();
  }

  private hear(message: ThreadToPool): void {
    const attempt = this.attempts.get(message.attemptId);
    if (attempt === undefined) return;
    switch (message.kind) {
      case 'record-start':
        void this.recordStart(attempt);
        return;
      case 'ended':
        this.leave(attempt);
        attempt.resolve(message.ended);
        break;
      case 'failed':
        this.leave(attempt);
        attempt.reject(new AttemptFollowingError(message.problem));
        break;
      default:
        assertNever(message);
    }
    this.placeWaiting();
  }

  private async recordStart(attempt: PooledAttempt): Promise<void> {
    const { attemptId } = attempt;
    attempt.order = undefined;
    const problem = await this.options.journal.recordStart(attemptId).then(() => null, describe);
    attempt.thread?.say({ kind: 'start-recorded', attemptId, problem });
  }

  private replace(thread: PoolThread, attemptIds: readonly AttemptId[], cause: unknown): void {
    this.threads = this.threads.filter((each) => each !== thread);
    for (const attemptId of attemptIds) {
      const attempt = this.attempts.get(attemptId);
      if (attempt === undefined) continue;
      attempt.thread = undefined;
      attempt.crashes += 1;
      if (attempt.crashes < crashesUntilGivenUp) continue;
      this.leave(attempt);
      attempt.reject(new AttemptThreadCrashedError(attempt.crashes, cause));
    }
    this.placeWaiting();
  }
}

function firstWords({ attemptId, folderPath, order }: PooledAttempt): PoolToThread {
  return order === undefined
    ? { kind: 'resume', attemptId, folderPath }
    : { kind: 'perform', attemptId, order, folderPath };
}

function describe(error: unknown): string {
  if (error instanceof LongshoreError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
