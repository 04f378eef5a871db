/** Runs and their items as the engine moves them. Whoever changes a run holds its row. */
import type { AgentId, AttemptId, ItemId, Outcome, RunId } from '@longshore/protocol';
import type { AgentSelection, ItemState, ProcessDefinition, RunState } from '@longshore/rest-contract';
import type { Queryable } from '../database/database';

export interface SelectableAgent {
  readonly agentId: AgentId;
  readonly tags: readonly string[];
}

export interface NewItem {
  readonly itemId: ItemId;
  readonly step: string;
  readonly agentId: AgentId;
  readonly state: ItemState;
}

export interface NewAttempt {
  readonly attemptId: AttemptId;
  readonly itemId: ItemId;
  readonly agentId: AgentId;
}

export interface NewRun {
  readonly runId: RunId;
  readonly processVersion: number;
  readonly definition: ProcessDefinition;
  readonly startedBy: string;
  /** In their order. */
  readonly items: readonly NewItem[];
}

export interface RunRecord {
  readonly runId: RunId;
  readonly state: RunState;
  readonly definition: ProcessDefinition;
  readonly cancelRequested: boolean;
}

export interface ItemRecord {
  readonly itemId: ItemId;
  readonly step: string;
  readonly agentId: AgentId;
  readonly state: ItemState;
  readonly outcome: Outcome | null;
}

export interface ItemCounts {
  readonly waiting: number;
  readonly active: number;
}

export class RunStore {
  constructor(private readonly database: Queryable) {}

  /** The agents of a selection that may get work: approved and not removed. Unknown ids are simply not among them. */
  async selectAgents(selection: AgentSelection, queryable: Queryable = this.database): Promise<SelectableAgent[]> {
    const ids = 'ids' in selection ? selection.ids : null;
    const tags = 'tags' in selection ? selection.tags : null;
    return queryable.query<SelectableAgent>(
      `SELECT id AS "agentId", tags FROM agents
       WHERE approved AND removed_at IS NULL AND ($1::text[] IS NULL OR id = ANY($1)) AND ($2::text[] IS NULL OR tags && $2)
       ORDER BY id`,
      [ids, tags],
    );
  }

  async create(transaction: Queryable, run: NewRun): Promise<void> {
    await transaction.query(
      `INSERT INTO runs (id, process_name, process_version, definition, state, started_by) VALUES ($1, $2, $3, $4, 'running', $5)`,
      [run.runId, run.definition.name, run.processVersion, JSON.stringify(run.definition), run.startedBy],
    );
    await transaction.query(
      `INSERT INTO items (run_id, id, step, agent_id, state, place)
       SELECT $1, t.id, t.step, t.agent_id, t.state, t.place
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS t (id, step, agent_id, state, place)`,
      [
        run.runId,
        run.items.map(({ itemId }) => itemId),
        run.items.map(({ step }) => step),
        run.items.map(({ agentId }) => agentId),
        run.items.map(({ state }) => state),
      ],
    );
  }

  async lock(transaction: Queryable, runId: RunId): Promise<RunRecord | null> {
    const [row] = await transaction.query<RunRecord>(
      `SELECT id AS "runId", state, definition, cancel_requested_at IS NOT NULL AS "cancelRequested"
       FROM runs WHERE id = $1 FOR NO KEY UPDATE`,
      [runId],
    );
    return row ?? null;
  }

  /** Gives active items the verdict of their ended attempt; null looks at the whole run, as after a start. */
  async settleItems(transaction: Queryable, runId: RunId, attemptIds: readonly AttemptId[] | null): Promise<void> {
    await transaction.query(
      `UPDATE items i SET state = 'ended', outcome = a.outcome FROM attempts a
       WHERE a.item_id = i.id AND i.run_id = $1 AND i.state = 'active' AND a.run_id = $1 AND a.state = 'ended'
         AND ($2::uuid[] IS NULL OR a.id = ANY($2))
         AND NOT EXISTS (SELECT 1 FROM attempts later WHERE later.item_id = i.id AND later.number > a.number)`,
      [runId, attemptIds],
    );
  }

  async countUnfinished(transaction: Queryable, runId: RunId): Promise<ItemCounts> {
    const [row] = await transaction.query<ItemCounts>(
      `SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'active') AS active
       FROM items WHERE run_id = $1`,
      [runId],
    );
    return row ?? { waiting: 0, active: 0 };
  }

  async items(transaction: Queryable, runId: RunId): Promise<ItemRecord[]> {
    return transaction.query<ItemRecord>(
      `SELECT id AS "itemId", step, agent_id AS "agentId", state, outcome FROM items WHERE run_id = $1 ORDER BY place`,
      [runId],
    );
  }

  /** Makes the items active and queues the first attempt of each. */
  async activate(transaction: Queryable, runId: RunId, attempts: readonly NewAttempt[]): Promise<void> {
    const itemIds = attempts.map(({ itemId }) => itemId);
    await transaction.query(`UPDATE items SET state = 'active' WHERE id = ANY($1) AND state = 'waiting'`, [itemIds]);
    await transaction.query(
      `INSERT INTO attempts (run_id, number, id, item_id, agent_id)
       SELECT $1, 1, t.id, t.item_id, t.agent_id FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS t (id, item_id, agent_id)`,
      [runId, attempts.map(({ attemptId }) => attemptId), itemIds, attempts.map(({ agentId }) => agentId)],
    );
  }

  async skip(transaction: Queryable, itemIds: readonly ItemId[]): Promise<void> {
    await transaction.query(`UPDATE items SET state = 'skipped' WHERE id = ANY($1) AND state = 'waiting'`, [itemIds]);
  }

  async end(transaction: Queryable, runId: RunId, state: RunState): Promise<void> {
    await transaction.query(`UPDATE runs SET state = $2, ended_at = now() WHERE id = $1`, [runId, state]);
  }

  /**
   * Asks for the end of everything that is open: what no agent has heard of ends here as not started, the rest is
   * marked, so that the dispatcher tells the agents. Answers with those agents.
   */
  async requestCancel(transaction: Queryable, runId: RunId, reason: string): Promise<AgentId[]> {
    await transaction.query(
      'UPDATE runs SET cancel_requested_at = coalesce(cancel_requested_at, now()) WHERE id = $1',
      [runId],
    );
    await transaction.query(
      `UPDATE attempts SET state = 'ended', outcome = 'not-started', reason = $2, cancel_requested_at = now(), ended_at = now()
       WHERE id IN (SELECT id FROM attempts WHERE run_id = $1 AND state = 'queued' ORDER BY id FOR NO KEY UPDATE) AND state = 'queued'`,
      [runId, reason],
    );
    const rows = await transaction.query<{ agent_id: AgentId }>(
      `WITH open AS (SELECT id FROM attempts WHERE run_id = $1 AND state <> 'ended' ORDER BY id FOR NO KEY UPDATE)
       UPDATE attempts a SET cancel_requested_at = coalesce(a.cancel_requested_at, now()) FROM open WHERE a.id = open.id
       RETURNING a.agent_id`,
      [runId],
    );
    return [...new Set(rows.map(({ agent_id }) => agent_id))];
  }

  async running(): Promise<RunId[]> {
    const rows = await this.database.query<{ id: RunId }>(
      `SELECT id FROM runs WHERE state = 'running' ORDER BY created_at`,
    );
    return rows.map(({ id }) => id);
  }

  async definitions(
    runIds: readonly RunId[],
    queryable: Queryable = this.database,
  ): Promise<Map<RunId, ProcessDefinition>> {
    const rows = await queryable.query<{ id: RunId; definition: ProcessDefinition }>(
      'SELECT id, definition FROM runs WHERE id = ANY($1)',
      [runIds],
    );
    return new Map(rows.map(({ id, definition }) => [id, definition]));
  }
}
