/** The attempts' states in the store, as events of agents move them (docs/protocol.md, Attempt states). */
import type { KnownAttempt } from '@longshore/delivery';
import type { AgentId, AttemptId, AttemptState, Outcome, RunId, StepEnded } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface AttemptRecord extends KnownAttempt {
  readonly agentId: AgentId;
  readonly runId: RunId;
  readonly outcome: Outcome | null;
  readonly cancelRequested: boolean;
}

/** Where an attempt goes; `ended` exactly when its state is `ended`. */
export interface AttemptMove {
  readonly attemptId: AttemptId;
  readonly state: AttemptState;
  readonly ended: StepEnded | null;
}

const columns = `id AS "attemptId", agent_id AS "agentId", run_id AS "runId", state, outcome, fenced,
  cancel_requested_at IS NOT NULL AS "cancelRequested"`;

export class AttemptStore {
  /** Holds the attempts, in one order for all, until the transaction ends. */
  async lock(transaction: Queryable, attemptIds: readonly AttemptId[]): Promise<AttemptRecord[]> {
    return transaction.query<AttemptRecord>(
      `SELECT ${columns} FROM attempts WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
      [attemptIds],
    );
  }

  /** All that are open on the agent, and those among `mentioned` that were ever its own. */
  async ofAgent(transaction: Queryable, agentId: AgentId, mentioned: readonly AttemptId[]): Promise<AttemptRecord[]> {
    return transaction.query<AttemptRecord>(
      `SELECT ${columns} FROM attempts
       WHERE agent_id = $1 AND (state IN ('offered', 'accepted', 'running') OR id = ANY($2)) ORDER BY id FOR NO KEY UPDATE`,
      [agentId, mentioned],
    );
  }

  /** Times are the database's; where nobody saw the start, it is told from how long the step ran. */
  async move(transaction: Queryable, moves: readonly AttemptMove[]): Promise<void> {
    const ended = moves.map((move) => move.ended);
    await transaction.query(
      `UPDATE attempts a SET state = t.state, outcome = t.outcome, exit_code = t.exit_code, signal = t.signal,
              reason = t.reason, outputs = t.outputs, logs = t.logs, ran_ms = t.ran_ms,
              evidence = CASE WHEN t.evidence IS NULL THEN a.evidence ELSE coalesce(a.evidence, '{}') || t.evidence END,
              accepted_at = coalesce(a.accepted_at, CASE WHEN t.state = 'accepted' THEN now() END),
              started_at = coalesce(a.started_at, CASE WHEN t.state = 'running' THEN now()
                ELSE now() - t.ran_ms * interval '1 millisecond' END),
              ended_at = CASE WHEN t.state = 'ended' THEN now() END
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[],
                   $9::bigint[], $10::jsonb[])
         AS t (id, state, outcome, exit_code, signal, reason, outputs, logs, ran_ms, evidence)
       WHERE a.id = t.id AND a.state <> 'ended'`,
      [
        moves.map(({ attemptId }) => attemptId),
        moves.map(({ state }) => state),
        ended.map((word) => word?.outcome ?? null),
        ended.map((word) => word?.exitCode ?? null),
        ended.map((word) => word?.signal ?? null),
        ended.map((word) => word?.reason ?? null),
        ended.map((word) => jsonOrNull(word?.outputs)),
        ended.map((word) => jsonOrNull(word?.logs)),
        ended.map((word) => word?.ranMs ?? null),
        ended.map((word) => jsonOrNull(word?.evidence)),
      ],
    );
  }

  /** Adds a key to the evidence of the agent's own attempts, whatever becomes of them. */
  async attachEvidence(
    transaction: Queryable,
    agentId: AgentId,
    attemptIds: readonly AttemptId[],
    evidence: object,
  ): Promise<void> {
    await transaction.query(
      `UPDATE attempts SET evidence = coalesce(evidence, '{}') || $3 WHERE agent_id = $1 AND id = ANY($2)`,
      [agentId, attemptIds, JSON.stringify(evidence)],
    );
  }
}

function jsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
