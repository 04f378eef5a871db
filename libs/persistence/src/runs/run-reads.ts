/** Runs as the REST API shows them. */
import type { AttemptId, AttemptState, ItemId, LogStream, Outcome, RunId } from '@longshore/protocol';
import type { Attempt, Item, ProcessDefinition, Run, RunState, RunSummary } from '@longshore/rest-contract';
import type { Queryable } from '../database/database';
import { hideSecrets } from './hide-secrets';
import type { ItemRecord } from './run-store';

interface SummaryRow {
  readonly id: RunId;
  readonly process_name: string;
  readonly process_version: number;
  readonly state: RunState;
  readonly started_by: string;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly total: number;
  readonly ended: number;
  readonly failed: number;
  readonly definition: ProcessDefinition;
}

interface AttemptRow {
  readonly id: AttemptId;
  readonly item_id: ItemId;
  readonly number: number;
  readonly state: AttemptState;
  readonly outcome: Outcome | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly reason: string | null;
  readonly outputs: Record<string, string> | null;
  readonly cancel_requested_at: Date | null;
  readonly queued_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly ran_ms: number | null;
  readonly log_lengths: Partial<Record<LogStream, number>> | null;
}

/** An item that is skipped counts as ended: nothing of it is still to come. */
const summary = `r.id, r.process_name, r.process_version, r.state, r.started_by, r.created_at, r.ended_at, c.*
  FROM runs r CROSS JOIN LATERAL (
    SELECT count(*) AS total, count(*) FILTER (WHERE i.state IN ('ended', 'skipped')) AS ended,
           count(*) FILTER (WHERE i.state = 'ended' AND i.outcome NOT IN ('succeeded', 'cancelled')) AS failed
    FROM items i WHERE i.run_id = r.id) c`;

export class RunReads {
  constructor(private readonly database: Queryable) {}

  /** Newest first. */
  async list(limit: number, before: RunId | null): Promise<RunSummary[]> {
    const rows = await this.database.query<SummaryRow>(
      `SELECT ${summary}
       WHERE $2::uuid IS NULL OR (r.created_at, r.id) < (SELECT created_at, id FROM runs WHERE id = $2)
       ORDER BY r.created_at DESC, r.id DESC LIMIT $1`,
      [limit, before],
    );
    return rows.map(summaryOf);
  }

  async find(runId: RunId): Promise<Run | null> {
    const [row] = await this.database.query<SummaryRow>(`SELECT r.definition, ${summary} WHERE r.id = $1`, [runId]);
    if (row === undefined) return null;
    const items = await this.database.query<ItemRecord>(
      `SELECT id AS "itemId", step, agent_id AS "agentId", state, outcome FROM items WHERE run_id = $1 ORDER BY place`,
      [runId],
    );
    const attempts = await this.attemptsOf(runId);
    return {
      ...summaryOf(row),
      definition: hideSecrets(row.definition),
      items: items.map((item) => itemOf(item, attempts.get(item.itemId) ?? [])),
    };
  }

  private async attemptsOf(runId: RunId): Promise<Map<ItemId, Attempt[]>> {
    const rows = await this.database.query<AttemptRow>(
      `SELECT a.id, a.item_id, a.number, a.state, a.outcome, a.exit_code, a.signal, a.reason, a.outputs, a.cancel_requested_at,
              a.queued_at, a.started_at, a.ended_at, a.ran_ms, l.log_lengths
       FROM attempts a LEFT JOIN (
         SELECT s.attempt_id, jsonb_object_agg(s.stream, s.length) AS log_lengths
         FROM log_streams s JOIN attempts o ON o.id = s.attempt_id WHERE o.run_id = $1 GROUP BY s.attempt_id) l ON l.attempt_id = a.id
       WHERE a.run_id = $1 ORDER BY a.number`,
      [runId],
    );
    const byItem = new Map<ItemId, Attempt[]>();
    for (const row of rows) byItem.set(row.item_id, [...(byItem.get(row.item_id) ?? []), attemptOf(row)]);
    return byItem;
  }
}

function summaryOf(row: SummaryRow): RunSummary {
  return {
    id: row.id,
    process: row.process_name,
    processVersion: row.process_version,
    state: row.state,
    startedBy: row.started_by,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    counts: { total: row.total, ended: row.ended, failed: row.failed },
  };
}

function itemOf({ itemId, step, agentId, state, outcome }: ItemRecord, attempts: Attempt[]): Item {
  return { id: itemId, step, agentId, state, outcome, attempts };
}

function attemptOf(row: AttemptRow): Attempt {
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    outcome: row.outcome,
    exitCode: row.exit_code,
    signal: row.signal,
    reason: row.reason,
    outputs: row.outputs ?? {},
    logLengths: row.log_lengths ?? {},
    cancelRequestedAt: row.cancel_requested_at?.toISOString() ?? null,
    queuedAt: row.queued_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    ranMs: row.ran_ms,
  };
}
