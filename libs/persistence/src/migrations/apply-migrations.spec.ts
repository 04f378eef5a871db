import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useDatabases } from '@longshore/testing';
import { Database } from '../database/database';
import {
  DatabaseUnavailableError,
  MigrationChangedError,
  MigrationFailedError,
  MigrationUnknownError,
} from '../database/database-errors';
import { ServerRecordStore } from '../server/server-record-store';
import { applyMigrations } from './apply-migrations';
import type { ServerId } from '@longshore/protocol';

const aDatabase = useDatabases();
const log = () => undefined;
const first = { name: '1_first', sql: 'CREATE TABLE thing (id int PRIMARY KEY)' };
const second = { name: '2_second', sql: 'ALTER TABLE thing ADD COLUMN name text' };
let database: Database;

beforeEach(async () => {
  database = await Database.open({ url: await aDatabase(), log });
});
afterEach(() => database.close());

describe('migrations', () => {
  it('are applied once and in order, also when two servers start together', async () => {
    const [one, other] = await Promise.all([
      applyMigrations(database.pool, [first, second]),
      applyMigrations(database.pool, [first, second]),
    ]);
    expect([...one, ...other]).toEqual(['1_first', '2_second']);
    await database.query('INSERT INTO thing VALUES (1, $1)', ['x']);
  });

  it('add only what is missing', async () => {
    await applyMigrations(database.pool, [first]);
    expect(await applyMigrations(database.pool, [first, second])).toEqual(['2_second']);
  });

  it('refuse by name one whose content changed and one that only a newer server knows', async () => {
    await applyMigrations(database.pool, [first, second]);
    const changed = { ...first, sql: `${first.sql} -- changed` };
    await expect(applyMigrations(database.pool, [changed, second])).rejects.toThrow(MigrationChangedError);
    await expect(applyMigrations(database.pool, [first])).rejects.toThrow(MigrationUnknownError);
    await expect(applyMigrations(database.pool, [first])).rejects.toThrow(/2_second/);
  });

  it('leave nothing of one that fails half-way', async () => {
    const broken = { name: '2_broken', sql: 'CREATE TABLE half (id int); SELECT nothing_of_this_name()' };
    await expect(applyMigrations(database.pool, [first, broken])).rejects.toThrow(MigrationFailedError);
    expect(await database.query(`SELECT to_regclass('half') AS half, to_regclass('thing')::text AS thing`)).toEqual([
      { half: null, thing: 'thing' },
    ]);
  });
});

describe('the shipped schema', () => {
  it('is what schema.prisma says, column by column', async () => {
    await applyMigrations(database.pool);
    const columns = await database.query<{ line: string }>(
      `SELECT table_name || '.' || column_name || ' ' || udt_name || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END AS line
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'applied_migrations'`,
    );
    expect(columns.map(({ line }) => line).sort()).toEqual(declaredColumns().sort());
  });

  it('answers the Prisma client', async () => {
    await applyMigrations(database.pool);
    await database.query(`INSERT INTO users (name, password_hash) VALUES ('admin', 'x')`);
    expect(await database.prisma.user.findMany({ select: { name: true } })).toEqual([{ name: 'admin' }]);
  });
});

describe('the server record', () => {
  const serverId = '0b0e7f0e-9d3e-4d43-8f0f-0c9a2b6d1f11' as ServerId;
  const otherId = '2c5a8b1e-1f6d-4a51-9a55-5a7c83b8b522' as ServerId;

  it('is made once and kept', async () => {
    await applyMigrations(database.pool);
    const store = new ServerRecordStore(database);
    const made = await store.open(serverId);
    expect(made.serverId).toBe(serverId);
    expect(await store.open(otherId)).toEqual(made);
  });

  it('begins a new incarnation when the database is not the cluster that it was', async () => {
    await applyMigrations(database.pool);
    const store = new ServerRecordStore(database);
    const made = await store.open(serverId);
    await database.query(`UPDATE server_identity SET system_identifier = 'another cluster'`);
    const moved = await store.open(serverId);
    expect(moved.serverId).toBe(made.serverId);
    expect(moved.incarnation).not.toBe(made.incarnation);
  });
});

describe('a database', () => {
  it('that does not answer is told by name, after waiting for it', async () => {
    const lines: string[] = [];
    const opening = Database.open({
      url: 'postgresql://nobody@127.0.0.1:9/none',
      waitMs: 50,
      log: (line) => lines.push(line),
    });
    await expect(opening).rejects.toThrow(DatabaseUnavailableError);
    expect(lines).toEqual([expect.stringContaining('does not answer yet (ECONNREFUSED)')]);
  });

  it('runs a transaction again after a deadlock', async () => {
    await applyMigrations(database.pool, [first]);
    await database.query('INSERT INTO thing VALUES (1), (2)');
    const crossing = (one: number, other: number) =>
      database.withTransaction(async (transaction) => {
        await transaction.query('SELECT 1 FROM thing WHERE id = $1 FOR UPDATE', [one]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await transaction.query('SELECT 1 FROM thing WHERE id = $1 FOR UPDATE', [other]);
        return one;
      });
    expect(await Promise.all([crossing(1, 2), crossing(2, 1)])).toEqual([1, 2]);
  });
});

/** Reads `table.column type?` lines out of the schema; enough grammar for what it uses. */
function declaredColumns(): string[] {
  const schema = readFileSync(join(__dirname, '../../prisma/schema.prisma'), 'utf8');
  return [...schema.matchAll(/^model \w+ \{\n(.*?)^\}/gms)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
    const fields = [...body.matchAll(/^ {2}(\w+)\s+(String|Int|BigInt|Boolean|DateTime|Json)(\[\]|\?)?(.*)$/gm)];
    return fields.map(([, name = '', type = '', suffix = '', attributes = '']) => {
      const column = /@map\("(\w+)"\)/.exec(attributes)?.[1] ?? name;
      const plain = attributes.includes('@db.Uuid') ? 'uuid' : sqlTypes[type];
      return `${table}.${column} ${suffix === '[]' ? '_' : ''}${plain}${suffix === '?' ? '?' : ''}`;
    });
  });
}

const sqlTypes: Readonly<Record<string, string>> = {
  String: 'text',
  Int: 'int4',
  BigInt: 'int8',
  Boolean: 'bool',
  DateTime: 'timestamptz',
  Json: 'jsonb',
};
