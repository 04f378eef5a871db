/** Users, their sessions and their API tokens, as PostgreSQL keeps them. Expiries go by the database's clock alone. */
import type { Queryable } from '../database/database';

export type AccessTokenKind = 'session' | 'api';

export interface NewAccessToken {
  readonly id: string;
  readonly kind: AccessTokenKind;
  readonly userName: string;
  readonly name: string;
  readonly secretHash: string;
  /** Null: does not expire. */
  readonly expiresInSeconds: number | null;
}

export interface AccessTokenRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export interface AccessTokenProof {
  readonly userName: string;
  readonly secretHash: string;
}

const tokenColumns = 'id, name, created_at AS "createdAt", expires_at AS "expiresAt"';

export class AccessStore {
  constructor(private readonly database: Queryable) {}

  async hasUser(name: string): Promise<boolean> {
    const [row] = await this.database.query<{ found: boolean }>('SELECT true AS found FROM users WHERE name = $1', [
      name,
    ]);
    return row !== undefined;
  }

  /** False where the user was there already, made by another server process at the same time. */
  async addUser(name: string, passwordHash: string): Promise<boolean> {
    const added = await this.database.query(
      'INSERT INTO users (name, password_hash) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING name',
      [name, passwordHash],
    );
    return added.length > 0;
  }

  async readPasswordHash(name: string): Promise<string | null> {
    const [row] = await this.database.query<{ hash: string }>(
      'SELECT password_hash AS hash FROM users WHERE name = $1',
      [name],
    );
    return row?.hash ?? null;
  }

  /** Expired tokens of the user go on the same occasion. */
  async addToken(token: NewAccessToken): Promise<AccessTokenRecord> {
    const { id, kind, userName, name, secretHash, expiresInSeconds } = token;
    await this.database.query('DELETE FROM access_tokens WHERE user_name = $1 AND expires_at <= now()', [userName]);
    const [row] = await this.database.query<AccessTokenRecord>(
      `INSERT INTO access_tokens (id, kind, user_name, name, secret_hash, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) RETURNING ${tokenColumns}`,
      [id, kind, userName, name, secretHash, expiresInSeconds],
    );
    if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
    return row;
  }

  /** Null: unknown or expired. */
  async findToken(id: string): Promise<AccessTokenProof | null> {
    const [row] = await this.database.query<AccessTokenProof>(
      `SELECT user_name AS "userName", secret_hash AS "secretHash" FROM access_tokens
       WHERE id = $1 AND (expires_at IS NULL OR expires_at > now())`,
      [id],
    );
    return row ?? null;
  }

  async listTokens(userName: string, kind: AccessTokenKind): Promise<AccessTokenRecord[]> {
    return this.database.query<AccessTokenRecord>(
      `SELECT ${tokenColumns} FROM access_tokens
       WHERE user_name = $1 AND kind = $2 AND (expires_at IS NULL OR expires_at > now()) ORDER BY created_at, id`,
      [userName, kind],
    );
  }

  async removeToken({ userName, kind, id }: Pick<NewAccessToken, 'userName' | 'kind' | 'id'>): Promise<boolean> {
    const removed = await this.database.query(
      'DELETE FROM access_tokens WHERE user_name = $1 AND kind = $2 AND id = $3 RETURNING id',
      [userName, kind, id],
    );
    return removed.length > 0;
  }
}
