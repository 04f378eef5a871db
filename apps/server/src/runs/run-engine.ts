/**
 * Moves runs on: gives items the verdict of their attempts, starts what may begin, ends runs
 * (docs/operations.md, Processes).
 *
 * All of it is decided from the store while the run's row is held, so any server process may do it, any number of
 * times. After a start every running run is looked at once, which is all that a restart takes.
 */
import { randomUUID } from 'node:crypto';
import type { Database, ItemRecord, Queryable, RunStore } from '@longshore/persistence';
import type { AgentId, AttemptId, RunId } from '@longshore/protocol';
import { decideProgress } from './decide-progress';
import type { EndedAttempt, Wakeups } from '../delivery/wakeups';

export interface EngineParts {
  readonly database: Database;
  readonly runs: RunStore;
  readonly wakeups: Wakeups;
  readonly log: (line: string, error: unknown) => void;
}

/** Which attempts are new since the last look; null: look at all of them. */
type News = Set<AttemptId> | null;

/** Runs moved on at the same time by this process. */
const lanes = 4;
const retryMs = 1_000;
/** Another process may have died between recording a verdict and moving its run on. */
const lookAtAllMs = 60_000;

export class RunEngine {
  private readonly waiting = new Map<RunId, News>();
  private readonly moving = new Map<RunId, Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;
  private readonly unsubscribe: () => void;

  constructor(private readonly parts: EngineParts) {
    this.unsubscribe = parts.wakeups.on('ended', (ended) => this.attemptsEnded(ended));
  }

  async start(): Promise<void> {
    await this.lookAtAll();
    const look = () =>
      this.lookAtAll().catch((error: unknown) => this.parts.log('running runs could not be listed', error));
    this.timers.add(setInterval(() => void look(), lookAtAllMs));
  }

  /** After a start, and whenever a wake-up may have been lost. */
  async lookAtAll(): Promise<void> {
    for (const runId of await this.parts.runs.running()) this.look(runId);
  }

  /** Looks at a run as a whole. */
  look(runId: RunId): void {
    this.waiting.set(runId, null);
    this.pump();
  }

  /** Resolves when nothing is being moved any more; what is left undone is found at the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    this.waiting.clear();
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.moving.values());
  }

  /**
   * Asks for the end of a run; false when there is no such run or it has ended. Attempts that no agent has heard of
   * end at once, agents are told about the others.
   */
  async cancel(runId: RunId, reason: string): Promise<boolean> {
    const agentIds = await this.parts.database.withTransaction(async (transaction) => {
      const run = await this.parts.runs.lock(transaction, runId);
      if (run === null || run.state !== 'running') return null;
      return this.parts.runs.requestCancel(transaction, runId, reason);
    });
    if (agentIds === null) return false;
    this.parts.wakeups.tell('work', agentIds);
    await this.moveOn(runId, null);
    return true;
  }

  /** What is due now, in a transaction that holds the run; also how a new run begins. */
  async progress(transaction: Queryable, runId: RunId, news: News): Promise<AgentId[]> {
    const run = await this.parts.runs.lock(transaction, runId);
    if (run === null || run.state !== 'running') return [];
    await this.parts.runs.settleItems(transaction, runId, news === null ? null : [...news]);
    const unfinished = await this.parts.runs.countUnfinished(transaction, runId);
    if (unfinished.waiting === 0 && unfinished.active > 0) return [];
    const next = decideProgress(run.definition, await this.parts.runs.items(transaction, runId), run.cancelRequested);
    if (next.skip.length > 0)
      await this.parts.runs.skip(
        transaction,
        next.skip.map(({ itemId }) => itemId),
      );
    if (next.activate.length > 0) await this.parts.runs.activate(transaction, runId, next.activate.map(firstAttempt));
    if (next.run !== 'running') await this.parts.runs.end(transaction, runId, next.run);
    return [...new Set(next.activate.map(({ agentId }) => agentId))];
  }

  private attemptsEnded(ended: readonly EndedAttempt[]): void {
    for (const { runId, attemptId } of ended) {
      const news = this.waiting.get(runId);
      if (news === undefined) this.waiting.set(runId, new Set([attemptId]));
      else news?.add(attemptId);
    }
    this.pump();
  }

  /** One move at a time for each run; what ends meanwhile is gathered for the next. */
  private pump(): void {
    for (const [runId, news] of this.waiting) {
      if (this.moving.size >= lanes) return;
      if (this.moving.has(runId)) continue;
      this.waiting.delete(runId);
      this.moving.set(runId, this.moveInLane(runId, news));
    }
  }

  private async moveInLane(runId: RunId, news: News): Promise<void> {
    try {
      await this.moveOn(runId, news);
    } catch (error) {
      this.parts.log(`run ${runId} could not be moved on; trying again`, error);
      this.lookLater(runId);
    } finally {
      this.moving.delete(runId);
      this.pump();
    }
  }

  private lookLater(runId: RunId): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.look(runId);
    }, retryMs);
    this.timers.add(timer);
  }

  private async moveOn(runId: RunId, news: News): Promise<void> {
    const agentIds = await this.parts.database.withTransaction((transaction) =>
      this.progress(transaction, runId, news),
    );
    this.parts.wakeups.tell('work', agentIds);
    this.parts.wakeups.tell('runs', [runId]);
  }
}

function firstAttempt({ itemId, agentId }: ItemRecord) {
  return { attemptId: randomUUID() as AttemptId, itemId, agentId };
}
