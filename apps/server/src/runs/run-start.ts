/** Starts a run: chooses its agents, writes its items and the first attempts in one transaction, wakes the agents. */
import { randomUUID } from 'node:crypto';
import type { Database, ProcessStore, RunStore } from '@longshore/persistence';
import { InputInvalidError, type ItemId, type RunId } from '@longshore/protocol';
import type { CreateRun } from '@longshore/rest-contract';
import type { Wakeups } from '../delivery/wakeups';
import { planItems } from './plan-items';
import type { RunEngine } from './run-engine';

export interface RunStartParts {
  readonly database: Database;
  readonly processes: ProcessStore;
  readonly runs: RunStore;
  readonly engine: RunEngine;
  readonly wakeups: Wakeups;
}

export class RunStart {
  constructor(private readonly parts: RunStartParts) {}

  async start(wish: CreateRun, startedBy: string): Promise<RunId> {
    const { database, processes, runs, engine, wakeups } = this.parts;
    const process = await processes.find(wish.process);
    if (process === null) throw new InputInvalidError('process', `there is no process ${JSON.stringify(wish.process)}`);
    const { definition, version: processVersion } = process;
    const items = planItems(definition, wish.agents, await runs.selectAgents(wish.agents)).map((planned) => ({
      ...planned,
      itemId: randomUUID() as ItemId,
      state: 'waiting' as const,
    }));
    const runId = randomUUID() as RunId;
    const agentIds = await database.withTransaction(async (transaction) => {
      await runs.create(transaction, { runId, processVersion, definition, startedBy, items });
      return engine.progress(transaction, runId, null);
    });
    wakeups.tell('work', agentIds);
    wakeups.tell('runs', [runId]);
    return runId;
  }
}
