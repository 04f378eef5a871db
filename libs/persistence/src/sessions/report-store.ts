/**
 * What agents report of themselves over the control leg, and when (docs/operations.md, Agent status).
 *
 * A report is the agent's half of an application round trip; it counts only in the newest session. That a control leg
 * is gone stands in `problem` until the next word on it; a broker does not tell, so for JMS agents only age tells.
 */
import type { AgentId, AgentStatus, Incarnation } from '@longshore/protocol';
import type { Database, Queryable } from '../database/database';
import type { OutgoingCount } from './session-store';

export interface StatusReport {
  readonly agentId: AgentId;
  readonly epoch: number;
  /** Of the report's envelope; it must be higher than that of the report before. */
  readonly count: number;
  readonly address: string;
  readonly status: AgentStatus;
}

export class ReportStore {
  constructor(private readonly database: Database) {}

  /** Only new reports of the newest session count, for a broker can bring back an old one; answers with the count for the acknowledgement of each that did. */
  async report(reports: readonly StatusReport[]): Promise<OutgoingCount[]> {
    const rows = await this.database.withTransaction((transaction) =>
      transaction.query<{ id: AgentId; epoch: number; count_out: number; incarnation: Incarnation | null }>(
        `WITH told AS (
           SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::jsonb[])
             AS t (agent_id, epoch, count, address, status)),
         locked AS (
           SELECT a.id, t.count, t.address, t.status FROM agents a
             JOIN told t ON a.id = t.agent_id AND a.epoch = t.epoch AND a.count_in < t.count
           WHERE a.approved AND a.quarantine IS NULL AND a.removed_at IS NULL ORDER BY a.id FOR NO KEY UPDATE OF a),
         counted AS (
           UPDATE agents a SET count_out = a.count_out + 1, count_in = l.count,
             reported_max_parallel = least((l.status ->> 'maxParallel')::bigint, 100000)
           FROM locked l WHERE a.id = l.id RETURNING a.id, a.epoch, a.count_out, a.incarnation),
         present AS (
           INSERT INTO agent_presence (agent_id, control_at, control_address, status)
           SELECT id, now(), address, status FROM locked
           ON CONFLICT (agent_id) DO UPDATE
             SET control_at = now(), control_address = excluded.control_address, status = excluded.status, problem = NULL)
         SELECT * FROM counted`,
        [
          reports.map(({ agentId }) => agentId),
          reports.map(({ epoch }) => epoch),
          reports.map(({ count }) => count),
          reports.map(({ address }) => address),
          reports.map(({ status }) => JSON.stringify(status)),
        ],
      ),
    );
    return rows.map(({ id, epoch, count_out, incarnation }) => ({ agentId: id, epoch, count: count_out, incarnation }));
  }

  /** A hello was answered: the control leg is up and what was wrong before is over. */
  async greeted(transaction: Queryable, agentId: AgentId, address: string): Promise<void> {
    await transaction.query(
      `INSERT INTO agent_presence (agent_id, control_at, control_address) VALUES ($1, now(), $2)
       ON CONFLICT (agent_id) DO UPDATE SET control_at = now(), control_address = $2, problem = NULL`,
      [agentId, address],
    );
  }

  /** The server itself ends what the agent has open; a broker would not tell. */
  async controlEnded(agentId: AgentId): Promise<void> {
    await this.database.query(
      `UPDATE agent_presence SET problem = 'the server ended the control connection' WHERE agent_id = $1`,
      [agentId],
    );
  }

  /** The control leg from this address is gone; another one may have come up meanwhile. */
  async controlClosed(agentId: AgentId, address: string): Promise<void> {
    await this.database.query(
      `UPDATE agent_presence SET problem = 'the control connection closed' WHERE agent_id = $1 AND control_address = $2`,
      [agentId, address],
    );
  }
}
