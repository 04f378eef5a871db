/**
 * How does one attempt get from the monitor's order to its last word? Accepted, performed or taken up again, and told
 * as ended until the monitor has journaled it; whatever fails on the way is tried again unless it can never succeed
 * (docs/protocol.md, Attempt states).
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AttemptId, LongshoreError, type RunStep, type StepEnded } from '@longshore/protocol';
import type { SealingKey } from '@longshore/pinning';
import { type AttemptPool, AttemptPoolStoppedError, discardAttempt, endedUnstarted } from '@longshore/steps';
import { type AgentHome, type MonitorLink, type OpenOrder, fullJitter } from '@longshore/agent-runtime';
import { openOrder } from './open-order';

export interface AttemptDeskParts {
  readonly home: AgentHome;
  readonly pool: AttemptPool;
  readonly link: MonitorLink;
  readonly sealingKeys: readonly SealingKey[];
  readonly note: (text: string, details: Readonly<Record<string, unknown>>) => void;
  /** The number of attempts that run or wait is another than before. */
  readonly loadChanged: () => void;
}

const retryBounds = { firstMs: 250, maxMs: 10_000 };

export class AttemptDesk {
  /** Followed here, with the order of each. */
  private readonly open = new Map<AttemptId, RunStep>();
  private readonly dropped = new Set<AttemptId>();
  private readonly cancelled = new Set<AttemptId>();
  private readonly started = new Set<AttemptId>();

  constructor(private readonly parts: AttemptDeskParts) {}

  get load(): { readonly running: number; readonly waiting: number } {
    const running = [...this.open.keys()].filter((attemptId) => this.started.has(attemptId)).length;
    return { running, waiting: this.open.size - running };
  }

  /** The monitor recorded its start: from now on it can only be taken up again, not performed. */
  startRecorded(attemptId: AttemptId): void {
    this.started.add(attemptId);
    this.parts.loadChanged();
  }

  /** An attempt that an earlier worker had; one that has ended waits only for its acknowledgement. */
  takeUp({ attemptId, phase, order, cancelReason }: OpenOrder): void {
    if (phase === 'ended') return;
    if (phase === 'started') this.started.add(attemptId);
    this.run(order);
    if (cancelReason !== null) this.cancel(attemptId);
  }

  /** An order that is known already is normal: the server offers what waits again in each new session. */
  run(order: RunStep): void {
    if (this.open.has(order.attemptId)) return;
    this.open.set(order.attemptId, order);
    this.parts.loadChanged();
    void this.follow(order);
  }

  /** One that is not in the pool just now (its secrets are being opened) is cancelled when it gets there. */
  cancel(attemptId: AttemptId): void {
    if (!this.open.has(attemptId)) return;
    this.cancelled.add(attemptId);
    this.parts.pool.cancel(attemptId);
  }

  /** It was given up before it started; what is said about it from now on interests nobody. */
  drop(attemptId: AttemptId): void {
    if (!this.open.has(attemptId)) return;
    this.dropped.add(attemptId);
    this.cancel(attemptId);
  }

  discard(attemptIds: readonly AttemptId[]): void {
    for (const attemptId of attemptIds) {
      if (this.open.has(attemptId)) continue;
      void discardAttempt(this.folderOf(attemptId)).catch((cause: unknown) =>
        this.parts.note('an attempt could not be discarded', { attemptId, cause: String(cause) }),
      );
    }
  }

  private async follow(order: RunStep): Promise<void> {
    const { attemptId } = order;
    try {
      const ended = await this.untilEnded(order);
      if (ended !== null) await this.tellEnded(ended);
    } catch (cause) {
      // The worker is going; the next one takes the attempt up.
      if (!(cause instanceof AttemptPoolStoppedError)) throw cause;
      return;
    } finally {
      this.open.delete(attemptId);
      this.dropped.delete(attemptId);
      this.cancelled.delete(attemptId);
      this.started.delete(attemptId);
      this.parts.loadChanged();
    }
  }

  /** Null: it was dropped. */
  private async untilEnded(order: RunStep): Promise<StepEnded | null> {
    const { attemptId } = order;
    for (let failures = 0; ; failures += 1) {
      try {
        return await this.tryOnce(order);
      } catch (cause) {
        if (cause instanceof AttemptPoolStoppedError) throw cause;
        if (this.dropped.has(attemptId)) return null;
        if (cause instanceof LongshoreError && cause.severity !== 'retry') return this.givenUp(order, cause);
        this.parts.note('an attempt could not be followed', { attemptId, cause: String(cause) });
      }
      await pause(fullJitter(failures, retryBounds, Math.random()));
    }
  }

  private async tryOnce(order: RunStep): Promise<StepEnded> {
    const { pool, link, home, sealingKeys } = this.parts;
    const { attemptId } = order;
    const folder = this.folderOf(attemptId);
    if (this.started.has(attemptId)) return this.cancellable(attemptId, pool.resume(attemptId, folder));
    const opened = await openOrder(order, home, sealingKeys);
    await link.ask({ kind: 'accepted', attemptId });
    return this.cancellable(attemptId, pool.perform(opened, folder));
  }

  private cancellable(attemptId: AttemptId, running: Promise<StepEnded>): Promise<StepEnded> {
    if (this.cancelled.has(attemptId)) this.parts.pool.cancel(attemptId);
    return running;
  }

  private givenUp(order: RunStep, { message }: LongshoreError): StepEnded {
    // Once its start is recorded nobody can say what happened; before it, nothing did.
    return endedUnstarted(order, this.started.has(order.attemptId) ? 'unknown' : 'failed', message);
  }

  /** Its folder holds the truth until the journal has it. */
  private async tellEnded(ended: StepEnded): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await this.parts.link.ask({ kind: 'ended', ended });
      } catch (cause) {
        this.parts.note('an end could not be journaled', { attemptId: ended.attemptId, cause: String(cause) });
      }
      await pause(fullJitter(failures, retryBounds, Math.random()));
    }
  }

  private folderOf(attemptId: AttemptId): string {
    return join(this.parts.home.attempts, attemptId);
  }
}
