/** What delivery does by the clock: finds lost wake-ups, hands overdue commands over again, forgets old messages. */
import { type Database, InboxStore, type OutboxStore } from '@longshore/persistence';
import type { CommandDispatcher } from './command-dispatcher';

export interface UpkeepParts {
  readonly database: Database;
  readonly outbox: OutboxStore;
  readonly dispatcher: CommandDispatcher;
  readonly log: (line: string, error: unknown) => void;
  /** Acknowledged messages stay this long, so that a restored server can be refilled. */
  readonly retentionMs: number;
}

const sweepMs = 2_000;
const overdueMs = 30_000;
const pruneMs = 60_000;
const prunedAtOnce = 5_000;

export class DeliveryUpkeep {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly inbox = new InboxStore();

  constructor(private readonly parts: UpkeepParts) {}

  start(): void {
    const { dispatcher } = this.parts;
    this.every(sweepMs, 'the sweep for work failed', () => dispatcher.sweep());
    this.every(overdueMs, 'overdue commands were not handed over', () => dispatcher.deliverOverdue(overdueMs));
    this.every(pruneMs, 'old messages were not removed', () => this.prune());
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  async prune(): Promise<void> {
    const { outbox, database, retentionMs } = this.parts;
    while ((await outbox.prune(retentionMs, prunedAtOnce)) === prunedAtOnce);
    while ((await this.inbox.prune(database, retentionMs, prunedAtOnce)) === prunedAtOnce);
  }

  /** A slow turn is not overtaken by the next. */
  private every(periodMs: number, failure: string, work: () => Promise<void>): void {
    let busy = false;
    const turn = async () => {
      if (busy) return;
      busy = true;
      try {
        await work();
      } catch (error) {
        this.parts.log(failure, error);
      } finally {
        busy = false;
      }
    };
    this.timers.push(setInterval(() => void turn(), periodMs));
  }
}
