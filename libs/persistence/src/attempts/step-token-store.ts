/** What a step may learn with its own token, and what its token is checked against (docs/security.md, Access). */
import type { AgentId, AttemptId, RunId } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface LiveStep {
  readonly attemptId: AttemptId;
  readonly attemptNumber: number;
  readonly agentId: AgentId;
  readonly step: string;
  readonly tokenHash: string;
  readonly run: { readonly id: RunId; readonly process: string; readonly state: string; readonly startedBy: string };
}

interface LiveStepRow {
  readonly attempt_id: AttemptId;
  readonly number: number;
  readonly agent_id: AgentId;
  readonly step: string;
  readonly token_hash: string;
  readonly run_id: RunId;
  readonly process_name: string;
  readonly state: string;
  readonly started_by: string;
}

export interface RunItem {
  readonly step: string;
  readonly agentId: AgentId;
  readonly state: string;
  readonly outcome: string | null;
}

export class StepTokenStore {
  constructor(private readonly database: Queryable) {}

  /** Null: never offered, ended, declared lost, or its agent may not work. */
  async findLive(attemptId: AttemptId): Promise<LiveStep | null> {
    const [row] = await this.database.query<LiveStepRow>(
      `SELECT a.id AS attempt_id, a.number, a.agent_id, i.step, a.step_token_hash AS token_hash, r.id AS run_id,
              r.process_name, r.state, r.started_by
       FROM attempts a JOIN items i ON i.id = a.item_id JOIN runs r ON r.id = a.run_id JOIN agents g ON g.id = a.agent_id
       WHERE a.id = $1 AND a.state IN ('offered', 'accepted', 'running') AND NOT a.fenced AND a.step_token_hash IS NOT NULL
         AND g.removed_at IS NULL AND g.quarantine IS NULL AND g.approved AND g.fingerprint IS NOT NULL`,
      [attemptId],
    );
    return row === undefined ? null : liveStepOf(row);
  }

  async items(runId: RunId): Promise<RunItem[]> {
    return this.database.query<RunItem>(
      `SELECT step, agent_id AS "agentId", state, outcome FROM items WHERE run_id = $1 ORDER BY place`,
      [runId],
    );
  }
}

function liveStepOf(row: LiveStepRow): LiveStep {
  const { attempt_id: attemptId, number: attemptNumber, agent_id: agentId, step, token_hash: tokenHash } = row;
  const run = { id: row.run_id, process: row.process_name, state: row.state, startedBy: row.started_by };
  return { attemptId, attemptNumber, agentId, step, tokenHash, run };
}
