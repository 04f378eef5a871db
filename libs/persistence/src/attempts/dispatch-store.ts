/** What the dispatcher asks of the store: who can take work, what waits for them, what must be told to stop. */
import type { AgentId, AgentType, AttemptId, Fingerprint, Incarnation, ItemId, RunId } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface OfferTarget {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly incarnation: Incarnation | null;
  readonly epoch: number;
  readonly lastSeq: number;
  /** Of the pinned key, under which the sealing key was announced. */
  readonly fingerprint: Fingerprint;
  /** JWS, as the agent sent it. */
  readonly sealingKey: string | null;
  readonly maxParallel: number;
  /** Attempts that are offered, accepted or running. */
  readonly open: number;
}

export interface QueuedAttempt {
  readonly attemptId: AttemptId;
  readonly itemId: ItemId;
  readonly runId: RunId;
  readonly agentId: AgentId;
  readonly number: number;
  readonly step: string;
}

export interface Offer {
  readonly attemptId: AttemptId;
  readonly startEpoch: number;
  readonly stepTokenHash: string | null;
}

/** One that cannot be offered, with the sentence that says why. */
export interface UnofferedAttempt {
  readonly attemptId: AttemptId;
  readonly reason: string;
}

const openStates = `('offered', 'accepted', 'running')`;
const queuedColumns = `a.id AS "attemptId", a.item_id AS "itemId", a.run_id AS "runId", a.agent_id AS "agentId", a.number, i.step`;

export class DispatchStore {
  constructor(private readonly database: Queryable) {}

  /**
   * Holds the rows of those agents that may get commands, in one order for all, until the transaction ends. To an agent
   * whose pin is forgotten nothing can be sealed, and one that was pinned anew has yet to say which journal it has: their
   * work waits.
   */
  async lockTargets(transaction: Queryable, agentIds: readonly AgentId[]): Promise<OfferTarget[]> {
    return transaction.query<OfferTarget>(
      `WITH locked AS (
         SELECT * FROM agents WHERE id = ANY($1) AND epoch > 0 AND approved AND quarantine IS NULL AND removed_at IS NULL
           AND fingerprint IS NOT NULL AND incarnation IS NOT NULL
         ORDER BY id FOR NO KEY UPDATE)
       SELECT l.id AS "agentId", l.type, l.incarnation, l.epoch, l.commands_last_seq AS "lastSeq",
              l.fingerprint, l.sealing_key AS "sealingKey",
              coalesce(l.max_parallel, l.reported_max_parallel, 1) AS "maxParallel",
              (SELECT count(*) FROM attempts t WHERE t.agent_id = l.id AND t.state IN ${openStates}) AS open
       FROM locked l`,
      [agentIds],
    );
  }

  /** Takes up to so many queued attempts of each agent, oldest first, past those that another transaction holds. */
  async claim(transaction: Queryable, slots: ReadonlyMap<AgentId, number>, limit: number): Promise<QueuedAttempt[]> {
    return transaction.query<QueuedAttempt>(
      `SELECT ${queuedColumns}
       FROM unnest($1::text[], $2::int[]) AS w (agent_id, slots)
       CROSS JOIN LATERAL (
         SELECT id, item_id, run_id, agent_id, number FROM attempts q WHERE q.agent_id = w.agent_id AND q.state = 'queued'
         ORDER BY q.queued_at, q.id LIMIT w.slots FOR NO KEY UPDATE SKIP LOCKED) a
       JOIN items i ON i.id = a.item_id LIMIT $3`,
      [[...slots.keys()], [...slots.values()], limit],
    );
  }

  /** Open attempts whose cancel was asked for and has no command yet. */
  async toCancel(
    transaction: Queryable,
    agentIds: readonly AgentId[],
  ): Promise<{ attemptId: AttemptId; agentId: AgentId }[]> {
    return transaction.query(
      `SELECT id AS "attemptId", agent_id AS "agentId" FROM attempts
       WHERE agent_id = ANY($1) AND state IN ${openStates} AND cancel_requested_at IS NOT NULL AND cancel_seq IS NULL
       ORDER BY id FOR NO KEY UPDATE`,
      [agentIds],
    );
  }

  async markOffered(transaction: Queryable, offers: readonly Offer[]): Promise<void> {
    await transaction.query(
      `UPDATE attempts a SET state = CASE a.state WHEN 'queued' THEN 'offered' ELSE a.state END, start_epoch = o.epoch,
              step_token_hash = o.token_hash, offered_at = coalesce(a.offered_at, now())
       FROM unnest($1::uuid[], $2::int[], $3::text[]) AS o (id, epoch, token_hash) WHERE a.id = o.id`,
      [
        offers.map(({ attemptId }) => attemptId),
        offers.map(({ startEpoch }) => startEpoch),
        offers.map(({ stepTokenHash }) => stepTokenHash),
      ],
    );
  }

  /** Ends attempts that no agent can carry out; none has heard of this offer. */
  async endUnoffered(transaction: Queryable, attempts: readonly UnofferedAttempt[]): Promise<void> {
    await transaction.query(
      `UPDATE attempts a SET state = 'ended', outcome = 'not-started', reason = t.reason, ended_at = now()
       FROM unnest($1::uuid[], $2::text[]) AS t (id, reason) WHERE a.id = t.id AND a.state <> 'ended'`,
      [attempts.map(({ attemptId }) => attemptId), attempts.map(({ reason }) => reason)],
    );
  }

  async markCancelSent(
    transaction: Queryable,
    sent: readonly { readonly attemptId: AttemptId; readonly seq: number }[],
  ): Promise<void> {
    await transaction.query(
      `UPDATE attempts a SET cancel_seq = s.seq FROM unnest($1::uuid[], $2::bigint[]) AS s (id, seq) WHERE a.id = s.id`,
      [sent.map(({ attemptId }) => attemptId), sent.map(({ seq }) => seq)],
    );
  }

  /** Open attempts of an agent as needed for a new `step.run`. */
  async openByIds(transaction: Queryable, attemptIds: readonly AttemptId[]): Promise<QueuedAttempt[]> {
    return transaction.query<QueuedAttempt>(
      `SELECT ${queuedColumns} FROM attempts a JOIN items i ON i.id = a.item_id
       WHERE a.id = ANY($1) AND a.state <> 'ended' ORDER BY a.queued_at, a.id`,
      [attemptIds],
    );
  }

  /** Agents with something for the dispatcher to do: the safety net for a wake-up that was lost. */
  async agentsWithWork(): Promise<AgentId[]> {
    const rows = await this.database.query<{ agent_id: AgentId }>(
      `SELECT DISTINCT agent_id FROM attempts WHERE state = 'queued'
       UNION
       SELECT agent_id FROM attempts WHERE state IN ${openStates} AND cancel_requested_at IS NOT NULL AND cancel_seq IS NULL`,
    );
    return rows.map(({ agent_id }) => agent_id);
  }
}
