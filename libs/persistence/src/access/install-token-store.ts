/**
 * Install tokens: what each permits and how often it may still be used. A use is taken by one conditional update, so
 * that two agents can never share the last one (docs/protocol.md, Enrolment).
 */
import type { AgentId, AgentType } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface NewInstallTokenRecord {
  readonly id: string;
  readonly secretHash: string;
  /** Null: either type. */
  readonly type: AgentType | null;
  readonly expiresInMinutes: number;
  readonly uses: number;
  readonly autoApprove: boolean;
  readonly tags: readonly string[];
  readonly teams: readonly string[];
  /** Bound to this agent: pins a new key for it and makes no new agent. Null: for new agents. */
  readonly agentId: AgentId | null;
  readonly createdBy: string;
}

export interface InstallTokenRecord {
  readonly id: string;
  readonly type: AgentType | null;
  readonly expiresAt: Date;
  readonly usesLeft: number;
  readonly autoApprove: boolean;
  readonly tags: string[];
  readonly teams: string[];
  readonly agentId: AgentId | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface InstallTokenProof extends InstallTokenRecord {
  readonly secretHash: string;
  readonly expired: boolean;
}

const columns = `id, type, expires_at AS "expiresAt", uses_left AS "usesLeft", auto_approve AS "autoApprove", tags,
  teams, agent_id AS "agentId", created_by AS "createdBy", created_at AS "createdAt"`;

export class InstallTokenStore {
  constructor(private readonly database: Queryable) {}

  async add(token: NewInstallTokenRecord): Promise<InstallTokenRecord> {
    const { id, secretHash, type, expiresInMinutes, uses, autoApprove, tags, teams, agentId, createdBy } = token;
    const [row] = await this.database.query<InstallTokenRecord>(
      `INSERT INTO install_tokens
         (id, secret_hash, type, expires_at, uses_left, auto_approve, tags, teams, agent_id, created_by)
       VALUES ($1, $2, $3, now() + make_interval(mins => $4), $5, $6, $7, $8, $9, $10) RETURNING ${columns}`,
      [id, secretHash, type, expiresInMinutes, uses, autoApprove, tags, teams, agentId, createdBy],
    );
    if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
    return row;
  }

  async list(): Promise<InstallTokenRecord[]> {
    return this.database.query<InstallTokenRecord>(
      `SELECT ${columns} FROM install_tokens ORDER BY created_at DESC, id LIMIT 1000`,
    );
  }

  async find(id: string): Promise<InstallTokenProof | null> {
    const [row] = await this.database.query<InstallTokenProof>(
      `SELECT ${columns}, secret_hash AS "secretHash", expires_at <= now() AS expired FROM install_tokens WHERE id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** False: used up, expired or revoked in the meantime. */
  async takeUse(id: string): Promise<boolean> {
    const taken = await this.database.query(
      `UPDATE install_tokens SET uses_left = uses_left - 1 WHERE id = $1 AND uses_left > 0 AND expires_at > now() RETURNING id`,
      [id],
    );
    return taken.length > 0;
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.database.query('DELETE FROM install_tokens WHERE id = $1 RETURNING id', [id]);
    return removed.length > 0;
  }

  /** Answers how many there were. */
  async removeAll(): Promise<number> {
    return (await this.database.query('DELETE FROM install_tokens RETURNING id')).length;
  }
}
