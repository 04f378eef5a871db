/** Starts a run: chooses its agents, writes its items and the first attempts in one transaction, wakes the agents. */
import { randomUUID } from 'node:crypto';
import type { Database, ProcessStore, Queryable, RunStore, StoredSecretStore } from '@longshore/persistence';
import { InputInvalidError, type ItemId, type RunId } from '@longshore/protocol';
import type { CreateRun } from '@longshore/rest-contract';
import type { Wakeups } from '../delivery/wakeups';
import { planItems } from './plan-items';
import type { RunEngine } from './run-engine';

export interface RunStartParts {
  readonly database: Database;
  readonly processes: ProcessStore;
  readonly runs: RunStore;
  readonly secrets: StoredSecretStore;
  readonly engine: RunEngine;
  readonly wakeups: Wakeups;
}

interface NewStart {
  readonly runId: RunId;
  readonly wish: CreateRun;
  readonly startedBy: string;
}

export class RunStart {
  constructor(private readonly parts: RunStartParts) {}

  async start(wish: CreateRun, startedBy: string): Promise<RunId> {
    const { database, engine, wakeups } = this.parts;
    const runId = randomUUID() as RunId;
    const agentIds = await database.withTransaction(async (transaction) => {
      await this.create(transaction, { runId, wish, startedBy });
      return engine.progress(transaction, runId, null);
    });
    wakeups.tell('work', agentIds);
    wakeups.tell('runs', [runId]);
    return runId;
  }

  /** The run's definition is a copy, its secrets still encrypted. */
  private async create(transaction: Queryable, { runId, wish, startedBy }: NewStart): Promise<void> {
    const { processes, runs, secrets } = this.parts;
    await secrets.holdToCopy(transaction);
    const process = await processes.findStored(transaction, wish.process);
    if (process === null) throw new InputInvalidError('process', `there is no process ${JSON.stringify(wish.process)}`);
    const { definition, version: processVersion } = process;
    const agents = await runs.selectAgents(wish.agents, transaction);
    const items = planItems(definition, wish.agents, agents).map((planned) => ({
      ...planned,
      itemId: randomUUID() as ItemId,
      state: 'waiting' as const,
    }));
    await runs.create(transaction, { runId, processVersion, definition, startedBy, items });
  }
}
