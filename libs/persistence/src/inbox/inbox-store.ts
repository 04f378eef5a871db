/**
 * The server's inbox: what agents have sent, and up to where each stream stands without a gap
 * (docs/protocol.md, Delivery). All writes belong into the transaction that writes their effects.
 */
import type {
  AgentId,
  AgentStream,
  EventMessage,
  Fingerprint,
  Incarnation,
  MessageId,
  Received,
} from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface StreamKey {
  readonly agentId: AgentId;
  readonly incarnation: Incarnation;
  readonly stream: AgentStream;
}

export interface StreamState extends StreamKey {
  readonly highest: number;
  readonly highestId: MessageId | null;
}

export interface RecordedMessage extends StreamKey {
  readonly seq: number;
  readonly id: MessageId;
}

export interface HeldMessage extends RecordedMessage {
  readonly type: EventMessage['type'];
  readonly body: unknown;
}

export interface NewMessage extends HeldMessage {
  readonly applied: boolean;
}

export interface Sender {
  readonly agentId: AgentId;
  readonly incarnation: Incarnation | null;
  /** Of the key that is pinned now; what another key proved a moment ago counts no more. */
  readonly fingerprint: Fingerprint | null;
  /** Approved, not quarantined, not removed. */
  readonly trusted: boolean;
}

const keys = '$1::text[], $2::uuid[], $3::text[]';
const columnsOf = (rows: readonly StreamKey[]) => [
  rows.map(({ agentId }) => agentId),
  rows.map(({ incarnation }) => incarnation),
  rows.map(({ stream }) => stream),
];
const asKey = `agent_id AS "agentId", incarnation, stream`;

export class InboxStore {
  async senders(transaction: Queryable, agentIds: readonly AgentId[]): Promise<Sender[]> {
    return transaction.query<Sender>(
      `SELECT id AS "agentId", incarnation, fingerprint, approved AND quarantine IS NULL AND removed_at IS NULL AS trusted
       FROM agents WHERE id = ANY($1)`,
      [agentIds],
    );
  }

  /** Holds the streams, in one order for all, until the transaction ends; makes those that are new. */
  async lockStreams(transaction: Queryable, streams: readonly StreamKey[]): Promise<StreamState[]> {
    const locked = await this.lockKnown(transaction, streams);
    if (locked.length === streams.length) return locked;
    await transaction.query(
      `INSERT INTO inbox_streams (agent_id, incarnation, stream) SELECT * FROM unnest(${keys}) ORDER BY 1, 2, 3
       ON CONFLICT DO NOTHING`,
      columnsOf(streams),
    );
    return this.lockKnown(transaction, streams);
  }

  /** The messages of these streams that wait behind a gap. */
  async held(transaction: Queryable, streams: readonly StreamKey[]): Promise<HeldMessage[]> {
    return transaction.query<HeldMessage>(
      `SELECT ${asKey}, seq, id, type, body FROM inbox JOIN unnest(${keys}) AS k (agent_id, incarnation, stream)
       USING (agent_id, incarnation, stream) WHERE NOT applied`,
      columnsOf(streams),
    );
  }

  /** What the store has under these numbers, as far as it still remembers them. */
  async recorded(
    transaction: Queryable,
    wanted: readonly (StreamKey & { readonly seq: number })[],
  ): Promise<RecordedMessage[]> {
    return transaction.query<RecordedMessage>(
      `SELECT ${asKey}, seq, id FROM inbox JOIN unnest(${keys}, $4::bigint[]) AS k (agent_id, incarnation, stream, seq)
       USING (agent_id, incarnation, stream, seq)`,
      [...columnsOf(wanted), wanted.map(({ seq }) => seq)],
    );
  }

  async append(transaction: Queryable, messages: readonly NewMessage[]): Promise<void> {
    await transaction.query(
      `INSERT INTO inbox (agent_id, incarnation, stream, seq, id, type, body, applied)
       SELECT * FROM unnest(${keys}, $4::bigint[], $5::uuid[], $6::text[], $7::jsonb[], $8::boolean[])`,
      [
        ...columnsOf(messages),
        messages.map(({ seq }) => seq),
        messages.map(({ id }) => id),
        messages.map(({ type }) => type),
        messages.map(({ body }) => JSON.stringify(body)),
        messages.map(({ applied }) => applied),
      ],
    );
  }

  /** The streams now stand here; what was held up to there counts as applied. */
  async advance(transaction: Queryable, streams: readonly StreamState[], filledGap: boolean): Promise<void> {
    const values = [
      ...columnsOf(streams),
      streams.map(({ highest }) => highest),
      streams.map(({ highestId }) => highestId),
    ];
    const reached = `unnest(${keys}, $4::bigint[], $5::uuid[]) AS k (agent_id, incarnation, stream, highest, highest_id)`;
    const same = 's.agent_id = k.agent_id AND s.incarnation = k.incarnation AND s.stream = k.stream';
    await transaction.query(
      `UPDATE inbox_streams s SET highest = k.highest, highest_id = k.highest_id FROM ${reached} WHERE ${same}`,
      values,
    );
    if (!filledGap) return;
    await transaction.query(
      `UPDATE inbox s SET applied = true FROM ${reached}
       WHERE ${same} AND NOT s.applied AND s.seq <= k.highest AND k.highest_id IS NOT NULL`,
      values,
    );
  }

  async received(
    transaction: Queryable,
    agentId: AgentId,
    incarnation: Incarnation,
  ): Promise<Record<AgentStream, Received>> {
    const rows = await transaction.query<Received & { stream: AgentStream }>(
      `SELECT stream, highest, highest_id AS "highestId" FROM inbox_streams WHERE agent_id = $1 AND incarnation = $2`,
      [agentId, incarnation],
    );
    const of = (wanted: AgentStream): Received => {
      const row = rows.find(({ stream }) => stream === wanted);
      return row === undefined ? { highest: 0, highestId: null } : { highest: row.highest, highestId: row.highestId };
    };
    return { control: of('control'), work: of('work') };
  }

  /** Removes applied messages older than this; answers with how many. */
  async prune(queryable: Queryable, olderThanMs: number, limit: number): Promise<number> {
    const rows = await queryable.query<{ pruned: number }>(
      `WITH old AS (
         SELECT agent_id, incarnation, stream, seq FROM inbox
         WHERE received_at < now() - $1 * interval '1 millisecond' AND applied ORDER BY received_at LIMIT $2),
       gone AS (DELETE FROM inbox USING old WHERE (inbox.agent_id, inbox.incarnation, inbox.stream, inbox.seq)
         = (old.agent_id, old.incarnation, old.stream, old.seq) RETURNING 1)
       SELECT count(*) AS pruned FROM gone`,
      [olderThanMs, limit],
    );
    return rows[0]?.pruned ?? 0;
  }

  private lockKnown(transaction: Queryable, streams: readonly StreamKey[]): Promise<StreamState[]> {
    return transaction.query<StreamState>(
      `SELECT s.agent_id AS "agentId", s.incarnation, s.stream, highest, highest_id AS "highestId"
       FROM inbox_streams s JOIN unnest(${keys}) AS k (agent_id, incarnation, stream) USING (agent_id, incarnation, stream)
       ORDER BY s.agent_id, s.incarnation, s.stream FOR UPDATE OF s`,
      columnsOf(streams),
    );
  }
}
