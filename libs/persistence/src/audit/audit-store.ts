/** Who did what to what, for good. Written beside the deed; never holds a secret. */
import type { Queryable } from '../database/database';
import type { HistoryPage } from './history-page';

export interface AuditEntry {
  /** `operator:<name>`, `agent:<id>` or `server`. */
  readonly actor: string;
  /** Past tense: `install-token.created`. */
  readonly action: string;
  readonly target: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AuditRecord {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: Record<string, unknown> | null;
}

export class AuditStore {
  constructor(private readonly database: Queryable) {}

  async record({ actor, action, target, details }: AuditEntry): Promise<void> {
    await this.database.query('INSERT INTO audit (actor, action, target, details) VALUES ($1, $2, $3, $4::jsonb)', [
      actor,
      action,
      target,
      details === undefined ? null : JSON.stringify(details),
    ]);
  }

  /** Newest first; of an agent: what was done to it and what it did. */
  async list({ agentId, before, limit }: HistoryPage): Promise<AuditRecord[]> {
    return this.database.query<AuditRecord>(
      `SELECT id::text, at, actor, action, target, details FROM audit
       WHERE ($1::text IS NULL OR target = $1 OR actor = 'agent:' || $1) AND ($2::bigint IS NULL OR id < $2::bigint)
       ORDER BY audit.id DESC LIMIT $3`,
      [agentId ?? null, before ?? null, limit],
    );
  }
}
