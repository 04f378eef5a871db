/**
 * The server's outbox: numbered commands that an agent's store has not acknowledged, and those it acknowledged
 * lately (docs/protocol.md, Delivery). Kept for a while so that a restored server can be refilled.
 */
import { decideAcknowledge } from '@longshore/delivery';
import type { AgentId, CommandMessage, Held, Incarnation, MessageId } from '@longshore/protocol';
import type { Database, Queryable } from '../database/database';

export interface OutboxRow {
  readonly agentId: AgentId;
  readonly seq: number;
  readonly id: MessageId;
  readonly type: CommandMessage['type'];
  readonly body: CommandMessage['body'];
  readonly createdAt: Date;
  /** The agent's session and life at the moment of reading: what the envelope is stamped with. */
  readonly epoch: number;
  readonly incarnation: Incarnation | null;
}

export interface NewCommand {
  readonly agentId: AgentId;
  readonly seq: number;
  readonly id: MessageId;
  readonly type: CommandMessage['type'];
  readonly body: CommandMessage['body'];
  /** The session in which it is numbered. */
  readonly epoch: number;
}

export interface CommandAck {
  readonly agentId: AgentId;
  readonly seq: number;
  /** The journal that has the commands: another one's word says nothing of this numbering. */
  readonly incarnation: Incarnation | null;
}

const rows = `SELECT o.agent_id AS "agentId", o.seq, o.id, o.type, o.body, o.created_at AS "createdAt", a.epoch, a.incarnation
  FROM outbox o JOIN agents a ON a.id = o.agent_id`;

export class OutboxStore {
  constructor(private readonly database: Database) {}

  /** Writes commands and moves each agent's last number; the caller holds the agents' rows. */
  async append(transaction: Queryable, commands: readonly NewCommand[]): Promise<Date> {
    const [row] = await transaction.query<{ at: Date }>(
      `WITH given AS (
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::jsonb[], $6::int[])
           AS t (agent_id, seq, id, type, body, epoch)),
       written AS (INSERT INTO outbox (agent_id, seq, id, type, body, epoch) SELECT * FROM given),
       moved AS (
         UPDATE agents a SET commands_last_seq = g.last FROM (SELECT agent_id, max(seq) AS last FROM given GROUP BY agent_id) g
         WHERE a.id = g.agent_id)
       SELECT now() AS at`,
      [
        commands.map(({ agentId }) => agentId),
        commands.map(({ seq }) => seq),
        commands.map(({ id }) => id),
        commands.map(({ type }) => type),
        commands.map(({ body }) => JSON.stringify(body)),
        commands.map(({ epoch }) => epoch),
      ],
    );
    return row?.at ?? new Date();
  }

  async readAfter(agentId: AgentId, after: number, limit: number): Promise<OutboxRow[]> {
    return this.database.query<OutboxRow>(`${rows} WHERE o.agent_id = $1 AND o.seq > $2 ORDER BY o.seq LIMIT $3`, [
      agentId,
      after,
      limit,
    ]);
  }

  /** What a web agent has not acknowledged; nothing for others. */
  async readUnacknowledged(agentId: AgentId, limit: number): Promise<OutboxRow[]> {
    return this.database.query<OutboxRow>(
      `${rows} WHERE o.agent_id = $1 AND a.type = 'web' AND o.seq > a.commands_acked_seq ORDER BY o.seq LIMIT $2`,
      [agentId, limit],
    );
  }

  async held(transaction: Queryable, agentId: AgentId): Promise<Held> {
    const [row] = await transaction.query<Held>(
      `SELECT coalesce((SELECT min(seq) FROM outbox WHERE agent_id = a.id), 0) AS lowest, a.commands_last_seq AS highest,
              (SELECT id FROM outbox WHERE agent_id = a.id AND seq = a.commands_last_seq) AS "highestId"
       FROM agents a WHERE a.id = $1`,
      [agentId],
    );
    return row ?? { lowest: 0, highest: 0, highestId: null };
  }

  /** Answers with the acknowledgements that go beyond what was ever sent: one of both sides was rolled back. */
  async acknowledge(acks: readonly CommandAck[], queryable?: Queryable): Promise<CommandAck[]> {
    if (queryable === undefined)
      return this.database.withTransaction((transaction) => this.acknowledge(acks, transaction));
    const agents = await queryable.query<{
      id: AgentId;
      last_seq: number;
      acked_seq: number;
      incarnation: Incarnation | null;
    }>(
      `SELECT id, commands_last_seq AS last_seq, commands_acked_seq AS acked_seq, incarnation FROM agents
       WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
      [acks.map(({ agentId }) => agentId)],
    );
    const reached = new Map<AgentId, number>();
    const beyond: CommandAck[] = [];
    for (const ack of acks) {
      const row = agents.find(({ id }) => id === ack.agentId);
      if (row === undefined || ack.incarnation !== row.incarnation) continue;
      const ackedSeq = reached.get(ack.agentId) ?? row.acked_seq;
      const verdict = decideAcknowledge({ lastSeq: row.last_seq, ackedSeq }, ack.seq);
      if (verdict.verdict === 'advance') reached.set(ack.agentId, verdict.ackedSeq);
      if (verdict.verdict === 'beyond-what-was-sent') beyond.push(ack);
    }
    if (reached.size > 0) await this.moveAcked(queryable, reached);
    return beyond;
  }

  /** JMS agents heard of lately that have not acknowledged a command for this long: the broker may have lost it. */
  async overdue(forMs: number): Promise<{ agentId: AgentId; ackedSeq: number }[]> {
    return this.database.query(
      `SELECT a.id AS "agentId", a.commands_acked_seq AS "ackedSeq" FROM agents a JOIN agent_presence p ON p.agent_id = a.id
       JOIN outbox o ON o.agent_id = a.id AND o.seq = a.commands_acked_seq + 1
       WHERE a.type = 'jms' AND a.commands_acked_seq < a.commands_last_seq AND a.approved AND a.quarantine IS NULL
         AND a.removed_at IS NULL AND a.incarnation IS NOT NULL AND p.control_at > now() - interval '5 minutes'
         AND o.created_at < now() - $1 * interval '1 millisecond'`,
      [forMs],
    );
  }

  /** Removes acknowledged commands older than this, never an agent's newest; answers with how many. */
  async prune(olderThanMs: number, limit: number): Promise<number> {
    const [row] = await this.database.query<{ pruned: number }>(
      `WITH old AS (
         SELECT o.agent_id, o.seq FROM outbox o JOIN agents a ON a.id = o.agent_id
         WHERE o.created_at < now() - $1 * interval '1 millisecond' AND o.seq <= a.commands_acked_seq
           AND o.seq < a.commands_last_seq ORDER BY o.created_at LIMIT $2),
       gone AS (DELETE FROM outbox USING old WHERE outbox.agent_id = old.agent_id AND outbox.seq = old.seq RETURNING 1)
       SELECT count(*) AS pruned FROM gone`,
      [olderThanMs, limit],
    );
    return row?.pruned ?? 0;
  }

  private async moveAcked(queryable: Queryable, reached: ReadonlyMap<AgentId, number>): Promise<void> {
    await queryable.query(
      `UPDATE agents a SET commands_acked_seq = t.seq FROM unnest($1::text[], $2::bigint[]) AS t (id, seq) WHERE a.id = t.id`,
      [[...reached.keys()], [...reached.values()]],
    );
  }
}
