/** Who did what to what, for good. Written beside the deed; never holds a secret. */
import type { Queryable } from '../database/database';

export interface AuditEntry {
  /** `operator:<name>`, `agent:<id>` or `server`. */
  readonly actor: string;
  /** Past tense: `install-token.created`. */
  readonly action: string;
  readonly target: string;
  readonly details?: Readonly<Record<string, unknown>>;
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
}
