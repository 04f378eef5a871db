/** One thread of the pool as the main thread sees it: which attempts it serves, and what it says. */
import { Worker } from 'node:worker_threads';
import type { AttemptId } from '@longshore/protocol';
import type { PoolToThread, ThreadToPool } from './pool-message';

export interface ThreadListener {
  hear(message: ThreadToPool): void;
  /** The thread is gone and did not say goodbye. */
  crashed(attempts: readonly AttemptId[], cause: unknown): void;
}

export class PoolThread {
  readonly attempts = new Set<AttemptId>();
  private readonly worker: Worker;
  private cause: unknown;
  private stopping = false;

  constructor(entry: string, workerData: unknown, listener: ThreadListener) {
    this.worker = new Worker(entry, { workerData });
    this.worker.on('message', (message: ThreadToPool) => listener.hear(message));
    this.worker.on('error', (cause) => (this.cause = cause));
    this.worker.once('exit', () => {
      if (!this.stopping) listener.crashed([...this.attempts], this.cause);
    });
  }

  say(message: PoolToThread): void {
    this.worker.postMessage(message);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.worker.terminate();
  }
}
