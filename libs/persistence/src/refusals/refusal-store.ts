/** What peers sent that was no message of ours, or not theirs to say: for operators to see, never dropped in silence. */
import type { AgentId } from '@longshore/protocol';
import type { HistoryPage } from '../audit/history-page';
import type { Queryable } from '../database/database';

export interface Refusal {
  readonly agentId: AgentId | null;
  readonly code: string;
  readonly message: string;
  /** For keys: the leg, and the fingerprints that were expected and presented. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export interface RefusalRecord {
  readonly id: string;
  readonly at: Date;
  readonly agentId: AgentId | null;
  readonly code: string;
  readonly message: string;
  readonly details: Record<string, unknown> | null;
}

export class RefusalStore {
  constructor(private readonly database: Queryable) {}

  async record(refusals: readonly Refusal[], queryable: Queryable = this.database): Promise<void> {
    if (refusals.length === 0) return;
    await queryable.query(
      `INSERT INTO refused_messages (agent_id, code, message, details)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[])`,
      [
        refusals.map(({ agentId }) => agentId),
        refusals.map(({ code }) => code),
        refusals.map(({ message }) => message.slice(0, 4000)),
        refusals.map(({ details }) => (details === undefined ? null : JSON.stringify(details))),
      ],
    );
  }

  /** Newest first. */
  async list({ agentId, before, limit }: HistoryPage): Promise<RefusalRecord[]> {
    return this.database.query<RefusalRecord>(
      `SELECT id::text, at, agent_id AS "agentId", code, message, details FROM refused_messages
       WHERE ($1::text IS NULL OR agent_id = $1) AND ($2::bigint IS NULL OR id < $2::bigint) ORDER BY refused_messages.id DESC LIMIT $3`,
      [agentId ?? null, before ?? null, limit],
    );
  }
}
