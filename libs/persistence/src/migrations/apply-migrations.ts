/**
 * Brings the database to the schema that this server ships (docs/architecture.md, Stack).
 *
 * Migrations are applied in order, each in its own transaction, by one server process at a time (advisory lock).
 * A migration that reads differently than when it was applied, or that only a newer server knows, is refused by
 * name: neither is something that a start may mend.
 */
import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { MigrationChangedError, MigrationFailedError, MigrationUnknownError } from '../database/database-errors';
import { shippedMigrations } from '../generated/migrations';

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Any constant will do; it must only be the same for all servers of one database. */
const lockKey = 7_919_8443;

/** Answers with the names of the migrations that were applied now. */
export async function applyMigrations(
  pool: Pool,
  migrations: readonly Migration[] = shippedMigrations,
): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    try {
      return await applyMissing(client, migrations);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [lockKey]);
    }
  } finally {
    client.release();
  }
}

async function applyMissing(client: PoolClient, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(
    `CREATE TABLE IF NOT EXISTS applied_migrations (
       name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM applied_migrations ORDER BY name',
  );
  const shipped = new Map(migrations.map((migration) => [migration.name, checksumOf(migration)]));
  for (const { name, checksum } of rows) {
    if (!shipped.has(name)) throw new MigrationUnknownError(name);
    if (shipped.get(name) !== checksum) throw new MigrationChangedError(name);
  }
  const applied = new Set(rows.map(({ name }) => name));
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) await applyOne(client, migration);
  return missing.map(({ name }) => name);
}

async function applyOne(client: PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO applied_migrations (name, checksum) VALUES ($1, $2)', [
      migration.name,
      checksumOf(migration),
    ]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new MigrationFailedError(migration.name, { cause });
  }
}

function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex');
}
