/** Wakes those who wait for more of a log, within this process; waiters also look by themselves now and then. */
import { EventEmitter, once } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { LogName } from './log-files';

@Injectable()
export class LogSignals {
  readonly #emitter = new EventEmitter().setMaxListeners(0);

  appended({ attemptId, stream }: LogName): void {
    this.#emitter.emit(`${attemptId}/${stream}`);
  }

  /** Resolves at the next append, after `atMostMs`, or when the signal says stop. */
  async next({ attemptId, stream }: LogName, atMostMs: number, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(atMostMs)]);
    await once(this.#emitter, `${attemptId}/${stream}`, { signal: limit }).catch(() => undefined);
  }
}
