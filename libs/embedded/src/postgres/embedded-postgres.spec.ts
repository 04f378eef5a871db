import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { FolderInUseError, PortUnavailableError, PostgresFolderError } from '../embedded-errors';
import { identifyProcess } from '../process-identity';
import { EmbeddedPostgres } from './embedded-postgres';

jest.setTimeout(60_000);

let parent: string;
let folder: string;
let started: EmbeddedPostgres[];

beforeEach(() => {
  // 0700, as a real data folder is: under root the database's own account cannot enter it.
  parent = mkdtempSync(join(tmpdir(), 'longshore-postgres-'));
  folder = join(parent, 'postgres');
  started = [];
});

afterEach(async () => {
  for (const one of started) await one.stop();
  rmSync(parent, { recursive: true, force: true });
});

async function start(port?: number): Promise<EmbeddedPostgres> {
  const one = await EmbeddedPostgres.start({ folder, log: () => undefined, ...(port === undefined ? {} : { port }) });
  started.push(one);
  return one;
}

async function query(databaseUrl: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What a kill -9 of the process that started it leaves behind: the postmaster, and a claim whose owner is dead. */
function forgetOwner(): void {
  writeFileSync(
    join(folder, 'owner.json'),
    JSON.stringify({ pid: process.pid, startTicks: '1', bootId: 'an earlier boot' }),
  );
}

describe('embedded PostgreSQL', () => {
  it('starts durable, for one role with a password, and leaves nothing running when stopped', async () => {
    const postgres = await start();
    const [settings] = await query(
      postgres.databaseUrl,
      `SELECT current_user AS role, current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('listen_addresses') AS address,
              (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super,
              (SELECT system_identifier::text FROM pg_control_system()) AS identifier`,
    );
    expect(settings).toEqual({
      role: 'longshore',
      fsync: 'on',
      commit: 'on',
      address: '127.0.0.1',
      super: false,
      identifier: expect.stringMatching(/^\d{10,}$/),
    });
    expect(statSync(join(folder, 'connection.json')).mode & 0o777).toBe(0o600);
    await query(postgres.databaseUrl, 'CREATE TABLE kept (id int)');

    await postgres.stop();
    await postgres.exited;
    expect(identifyProcess(postgres.pid)).toBeUndefined();
  });

  it('lets nobody in without the password, the superuser not at all', async () => {
    const { databaseUrl, port } = await start();
    const password = new URL(databaseUrl).password;
    await expect(query(`postgresql://longshore:wrong@127.0.0.1:${port}/longshore`, 'SELECT 1')).rejects.toThrow(
      /password authentication failed/,
    );
    await expect(query(`postgresql://postgres:${password}@127.0.0.1:${port}/longshore`, 'SELECT 1')).rejects.toThrow(
      /no pg_hba.conf entry/,
    );
    expect(readFileSync(`/proc/${started[0]?.pid}/cmdline`, 'utf8')).not.toContain(password);
  });

  it('keeps committed rows and its port over a kill -9', async () => {
    const first = await start();
    await query(first.databaseUrl, 'CREATE TABLE kept (id int)');
    await query(first.databaseUrl, 'INSERT INTO kept VALUES (42)');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    await first.stop();

    const second = await start();
    expect(second.port).toBe(first.port);
    expect(await query(second.databaseUrl, 'SELECT id FROM kept')).toEqual([{ id: 42 }]);
  });

  it('takes over a postmaster whose owner was killed', async () => {
    const first = await start();
    forgetOwner();
    const second = await start();
    expect(second.pid).toBe(first.pid);
    expect(second.databaseUrl).toBe(first.databaseUrl);
  });

  it('moves a postmaster that was left behind to the port that is asked for', async () => {
    const first = await start();
    forgetOwner();
    const wanted = first.port + 1;
    const second = await start(wanted);
    expect(second.port).toBe(wanted);
    expect(identifyProcess(first.pid)).toBeUndefined();
  });

  it('clears a pid file that names a process of somebody else', async () => {
    const first = await start();
    await first.stop();
    const pidFile = join(folder, 'cluster', 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n/proc/self/cwd\n1\n${first.port}\n\n127.0.0.1\n`, { mode: 0o600 });
    const second = await start();
    expect(await query(second.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('gives the database a new password when the file that held it is lost', async () => {
    const first = await start();
    await query(first.databaseUrl, 'CREATE TABLE kept (id int)');
    await first.stop();
    rmSync(join(folder, 'connection.json'));
    const second = await start();
    expect(second.databaseUrl).not.toBe(first.databaseUrl);
    expect(await query(second.databaseUrl, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 0 }]);
  });

  it('sweeps away a database that was only half made', async () => {
    mkdirSync(join(folder, 'cluster.new-interrupted', 'base'), { recursive: true });
    mkdirSync(join(folder, 'cluster'));
    const { databaseUrl } = await start();
    expect(await query(databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(() => statSync(join(folder, 'cluster.new-interrupted'))).toThrow(/ENOENT/);
  });

  it('refuses a second start on the same folder, a taken port, another version and a damaged folder', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(FolderInUseError);

    folder = join(parent, 'other');
    await expect(start(first.port)).rejects.toThrow(PortUnavailableError);

    const version = join(folder, 'cluster', 'PG_VERSION');
    await (await start()).stop();
    const present = readFileSync(version, 'utf8');
    writeFileSync(version, '9\n');
    await expect(start()).rejects.toThrow(/made by PostgreSQL 9, this is PostgreSQL/);

    writeFileSync(version, present);
    rmSync(join(folder, 'cluster', 'global', 'pg_control'));
    await expect(start()).rejects.toThrow(PostgresFolderError);
  });
});
