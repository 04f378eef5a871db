/**
 * Gives a test a real PostgreSQL database: one postmaster for each spec file, emptied at each call (what an earlier
 * call answered with is then empty as well), nothing left behind. Call it at the top of a spec.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@longshore/embedded';
import { Client } from 'pg';

let running: Promise<{ readonly postgres: EmbeddedPostgres; readonly folder: string }> | null = null;
let users = 0;

/** Registers start and stop with jest; the function it answers with empties the database and names its address. */
export function useDatabases(): () => Promise<string> {
  beforeAll(() => {
    users += 1;
    running ??= start();
    return running.then(() => undefined);
  }, 60_000);
  afterAll(async () => {
    users -= 1;
    if (users > 0 || running === null) return;
    const { postgres, folder } = await running;
    running = null;
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
  return aDatabase;
}

async function aDatabase(): Promise<string> {
  if (running === null) throw new Error('call useDatabases() at the top of the spec');
  const { databaseUrl } = (await running).postgres;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // The role of an embedded database may not create others: it is the schema that is made anew.
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  } finally {
    await client.end();
  }
  return databaseUrl;
}

async function start(): Promise<{ postgres: EmbeddedPostgres; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-database-'));
  return { folder, postgres: await EmbeddedPostgres.start({ folder: join(folder, 'postgres'), log: () => undefined }) };
}
