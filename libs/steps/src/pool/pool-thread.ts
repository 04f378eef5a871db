/**
 * One thread of the pool as the main thread sees it: which attempts it serves, and what it says.
 *
 * A thread that serves nothing for a while says so, once: it is made again when there is work, and a thread at rest
 * costs as much memory as a small process.
 */
import { Worker } from 'node:worker_threads';
import type { AttemptId } from '@longshore/protocol';
import type { PoolToThread, ThreadToPool } from './pool-message';

export interface ThreadListener {
  hear(message: ThreadToPool): void;
  /** It has served nothing for `idleMs`. */
  idle(): void;
  /** The thread is gone and did not say goodbye. */
  crashed(attempts: readonly AttemptId[], cause: unknown): void;
}

export interface ThreadProgram {
  readonly entry: string;
  readonly workerData: unknown;
  readonly idleMs: number;
}

export class PoolThread {
  private readonly attempts = new Set<AttemptId>();
  private readonly worker: Worker;
  private idleTimer: NodeJS.Timeout | undefined;
  private cause: unknown;
  private stopping = false;

  constructor(
    private readonly program: ThreadProgram,
    private readonly listener: ThreadListener,
  ) {
    this.worker = new Worker(program.entry, { workerData: program.workerData });
    this.worker.on('message', (message: ThreadToPool) => listener.hear(message));
    this.worker.on('error', (cause) => (this.cause = cause));
    this.worker.once('exit', () => {
      clearTimeout(this.idleTimer);
      if (!this.stopping) listener.crashed([...this.attempts], this.cause);
    });
  }

  get load(): number {
    return this.attempts.size;
  }

  take(attemptId: AttemptId): void {
    clearTimeout(this.idleTimer);
    this.attempts.add(attemptId);
  }

  release(attemptId: AttemptId): void {
    this.attempts.delete(attemptId);
    if (this.attempts.size > 0) return;
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => this.listener.idle(), this.program.idleMs);
  }

  say(message: PoolToThread): void {
    this.worker.postMessage(message);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.idleTimer);
    await this.worker.terminate();
  }
}
