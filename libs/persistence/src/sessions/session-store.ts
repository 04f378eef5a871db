/** The agents' sessions in the store: who may hold one, the newest grant, and the counters of what goes out. */
import type { SessionRecord } from '@longshore/delivery';
import type {
  AgentFacts,
  AgentId,
  AgentType,
  AttemptId,
  Fingerprint,
  Grant,
  Incarnation,
  MessageId,
  RunId,
} from '@longshore/protocol';
import type { Queryable } from '../database/database';

export type QuarantineReason = 'duplicate-identity' | 'agent-rolled-back';

export interface AgentSession {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly approved: boolean;
  readonly removed: boolean;
  readonly quarantine: QuarantineReason | null;
  /** Set by an operator; null leaves it to the agent. */
  readonly maxParallel: number | null;
  readonly record: SessionRecord;
  readonly commands: { readonly lastSeq: number; readonly ackedSeq: number };
  /** Null while the pin is forgotten. */
  readonly fingerprint: Fingerprint | null;
  /** Whether the hello in question was granted a session before. */
  readonly answeredBefore: boolean;
}

export interface NewGrant {
  readonly agentId: AgentId;
  readonly grant: Grant;
  readonly helloId: MessageId;
  readonly incarnation: Incarnation;
  readonly journalSeq: number;
  readonly sealingKey: string;
  readonly facts: AgentFacts;
  readonly maxParallel: number;
}

/** What an unsequenced word to an agent is stamped with. */
export interface OutgoingCount {
  readonly agentId: AgentId;
  readonly epoch: number;
  readonly count: number;
  readonly incarnation: Incarnation | null;
}

interface SessionRow {
  readonly id: AgentId;
  readonly type: AgentType;
  readonly fingerprint: Fingerprint | null;
  readonly approved: boolean;
  readonly removed: boolean;
  readonly quarantine: QuarantineReason | null;
  readonly max_parallel: number | null;
  readonly incarnation: Incarnation | null;
  readonly epoch: number;
  readonly nonce: string | null;
  readonly previous_epoch: number;
  readonly previous_nonce: string | null;
  readonly last_hello_id: MessageId | null;
  readonly journal_seq: number;
  readonly commands_last_seq: number;
  readonly commands_acked_seq: number;
  readonly answered_before: boolean;
}

export class SessionStore {
  constructor(private readonly database: Queryable) {}

  /** Holds the agent's row until the transaction ends: of two concurrent hellos the second sees the first's grant. */
  async lock(transaction: Queryable, agentId: AgentId, helloId: MessageId): Promise<AgentSession | null> {
    const [row] = await transaction.query<SessionRow>(
      `SELECT id, type, fingerprint, approved, removed_at IS NOT NULL AS removed, quarantine, max_parallel, incarnation, epoch, nonce,
              previous_epoch, previous_nonce, last_hello_id, journal_seq, commands_last_seq, commands_acked_seq,
              EXISTS (SELECT 1 FROM granted_hellos WHERE agent_id = $1 AND hello_id = $2) AS answered_before
       FROM agents WHERE id = $1 FOR NO KEY UPDATE`,
      [agentId, helloId],
    );
    return row === undefined ? null : sessionOf(row);
  }

  async grant(transaction: Queryable, to: NewGrant): Promise<void> {
    await transaction.query(
      `UPDATE agents SET previous_epoch = epoch, previous_nonce = nonce, epoch = $2, nonce = $3, last_hello_id = $4,
              incarnation = $5, count_in = 0, journal_seq = $6, sealing_key = $7, facts = $8, reported_max_parallel = least($9::bigint, 100000)
       WHERE id = $1`,
      [
        to.agentId,
        to.grant.epoch,
        to.grant.nonce,
        to.helloId,
        to.incarnation,
        to.journalSeq,
        to.sealingKey,
        JSON.stringify(to.facts),
        to.maxParallel,
      ],
    );
    await transaction.query('INSERT INTO granted_hellos (agent_id, hello_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      to.agentId,
      to.helloId,
    ]);
  }

  /**
   * The agent's journal is a new one: commands are numbered from 1 again, and what the journal before had begun, or was
   * to cancel, ends as `unknown`, for nobody is left who could tell. Answers with those.
   */
  async beginAnew(transaction: Queryable, agentId: AgentId): Promise<{ attemptId: AttemptId; runId: RunId }[]> {
    await transaction.query('UPDATE agents SET commands_last_seq = 0, commands_acked_seq = 0 WHERE id = $1', [agentId]);
    await transaction.query('DELETE FROM outbox WHERE agent_id = $1', [agentId]);
    return transaction.query(
      `UPDATE attempts SET state = 'ended', outcome = 'unknown', ended_at = now(),
         reason = 'the agent was installed anew while the attempt was open'
       WHERE agent_id = $1 AND (state IN ('accepted', 'running') OR state = 'offered' AND cancel_requested_at IS NOT NULL)
       RETURNING id AS "attemptId", run_id AS "runId"`,
      [agentId],
    );
  }

  /** The first reason stands until an operator decides. */
  async quarantine(queryable: Queryable, agentIds: readonly AgentId[], reason: QuarantineReason): Promise<void> {
    await queryable.query('UPDATE agents SET quarantine = $2 WHERE id = ANY($1) AND quarantine IS NULL', [
      agentIds,
      reason,
    ]);
  }

  /** Takes the next count of each agent for one word to it; agents that do not exist are left out. */
  async nextCounts(agentIds: readonly AgentId[], queryable: Queryable = this.database): Promise<OutgoingCount[]> {
    const rows = await queryable.query<{
      id: AgentId;
      epoch: number;
      count_out: number;
      incarnation: Incarnation | null;
    }>(
      `WITH locked AS (SELECT id FROM agents WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE)
       UPDATE agents a SET count_out = a.count_out + 1 FROM locked WHERE a.id = locked.id
       RETURNING a.id, a.epoch, a.count_out, a.incarnation`,
      [agentIds],
    );
    return rows.map(({ id, epoch, count_out, incarnation }) => ({ agentId: id, epoch, count: count_out, incarnation }));
  }

  /** Agents of a type that have had a session and may have another. */
  async withSession(type: AgentType): Promise<AgentId[]> {
    const rows = await this.database.query<{ id: AgentId }>(
      `SELECT id FROM agents WHERE type = $1 AND epoch > 0 AND approved AND quarantine IS NULL AND removed_at IS NULL`,
      [type],
    );
    return rows.map(({ id }) => id);
  }
}

function sessionOf(row: SessionRow): AgentSession {
  return {
    agentId: row.id,
    type: row.type,
    fingerprint: row.fingerprint,
    answeredBefore: row.answered_before,
    approved: row.approved,
    removed: row.removed,
    quarantine: row.quarantine,
    maxParallel: row.max_parallel,
    record: {
      incarnation: row.incarnation,
      lastGrant: grantOf(row.epoch, row.nonce),
      previousGrant: grantOf(row.previous_epoch, row.previous_nonce),
      lastHelloId: row.last_hello_id,
      journalSeq: row.journal_seq,
    },
    commands: { lastSeq: row.commands_last_seq, ackedSeq: row.commands_acked_seq },
  };
}

function grantOf(epoch: number, nonce: string | null): Grant | null {
  return epoch === 0 || nonce === null ? null : { epoch, nonce };
}
