/**
 * The one way to the database: typed SQL for the hot paths, transactions that survive a deadlock, and the Prisma
 * client over the same connections for administration reads (docs/architecture.md, Stack).
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, type PoolClient, types } from 'pg';
import { PrismaClient } from '../generated/prisma/client';
import { DatabaseUnavailableError } from './database-errors';
import { classifyPostgresFailure, codeOf } from './postgres-failure';

/** Where SQL can be sent: the database itself, or one transaction of it. */
export interface Queryable {
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process at most. */
  readonly connections?: number;
  /** How long a start waits for a database that does not answer yet. */
  readonly waitMs?: number;
  readonly log: (line: string) => void;
}

const defaultConnections = 16;
const defaultWaitMs = 30_000;
const retryPauseMs = 500;
const conflictTries = 5;

export class Database implements Queryable {
  readonly prisma: PrismaClient;

  private constructor(readonly pool: Pool) {
    this.prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  }

  /** Resolves when the database has answered once. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const pool = new Pool({
      connectionString: options.url,
      max: options.connections ?? defaultConnections,
      connectionTimeoutMillis: 10_000,
      application_name: 'longshore-server',
      types: { getTypeParser: chooseParser },
    });
    // A connection that dies while idle is replaced at the next use; without a listener it would end the process.
    pool.on('error', (error) => options.log(`a database connection was lost (${codeOf(error)})`));
    try {
      await untilAnswering(pool, options);
    } catch (cause) {
      await pool.end();
      throw cause;
    }
    return new Database(pool);
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return run<Row>(this.pool, text, values);
  }

  /**
   * Runs `work` in one transaction and commits it. After a deadlock `work` runs again from the start, so it must
   * keep its effects inside the transaction.
   */
  async withTransaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.transactOnce(work);
      } catch (error) {
        if (classifyPostgresFailure(error) !== 'conflict' || tries === conflictTries) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    if (!this.pool.ended) await this.pool.end();
  }

  private async transactOnce<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result> {
    const client = await connect(this.pool);
    // The pool listens only while a connection is idle; what a lost one means, the next statement on it says.
    client.on('error', ignore);
    let broken: Error | undefined;
    try {
      await run(client, 'BEGIN', []);
      const result = await work({ query: (text, values) => run(client, text, values ?? []) });
      await run(client, 'COMMIT', []);
      return result;
    } catch (error) {
      broken = await rollBack(client);
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }
}

const ignore = (): void => undefined;

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (cause) {
    throw translate(cause);
  }
}

async function run<Row>(client: Pool | PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
  try {
    const { rows } = await client.query(text, [...values]);
    return rows as Row[];
  } catch (cause) {
    throw translate(cause);
  }
}

/** Answers with the error that makes the connection unfit for others. */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function translate(cause: unknown): unknown {
  return classifyPostgresFailure(cause) === 'unavailable'
    ? new DatabaseUnavailableError(codeOf(cause), { cause })
    : cause;
}

async function untilAnswering(pool: Pool, { log, waitMs = defaultWaitMs }: DatabaseOptions): Promise<void> {
  const giveUpAt = performance.now() + waitMs;
  for (let told = false; ; told = true) {
    try {
      await pool.query('SELECT 1');
      return;
    } catch (cause) {
      if (classifyPostgresFailure(cause) !== 'unavailable') throw cause;
      if (performance.now() >= giveUpAt) throw new DatabaseUnavailableError(codeOf(cause), { cause });
      if (!told) log(`the database does not answer yet (${codeOf(cause)}), trying for ${Math.round(waitMs / 1000)} s`);
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs));
    }
  }
}

/** 64-bit integers are counters and lengths of ours, far below 2^53: they are plain numbers here. */
function chooseParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === types.builtins.INT8 && format !== 'binary') return Number;
  return types.getTypeParser(oid, 'text') as (value: string) => unknown;
}
