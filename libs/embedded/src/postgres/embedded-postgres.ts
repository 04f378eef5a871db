/**
 * A real PostgreSQL of our own, from the programs that npm brought: one call makes or finds the database of a folder,
 * starts it and says where it is (docs/architecture.md, Embedded services).
 *
 * Durable settings, SCRAM only, 127.0.0.1 only. A postmaster that a killed predecessor left behind is adopted.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresUnavailableError } from '../embedded-errors';
import { claimFolder, type FolderClaim } from '../folder-claim';
import { choosePort, requirePort } from '../loopback-port';
import { writePrivateFile } from '../private-file';
import { untilGone } from '../process-identity';
import type { ProgressLog } from '../progress-log';
import { locatePostgres, type PostgresBinaries } from './postgres-binaries';
import { database, ensureCluster, resetPassword, role } from './postgres-cluster';
import { findPostmaster, type Postmaster, startPostmaster, stopPostmaster, untilReady } from './postmaster';

export interface EmbeddedPostgresOptions {
  /** Holds `cluster/` (the data), `connection.json` (0600) and `postgres.log`; made when absent. */
  readonly folder: string;
  /** Absent or 0: the port of the last start where it is free, else another free one. */
  readonly port?: number;
  readonly log: ProgressLog;
}

/** What must be known to reach the database again: kept 0600 beside the cluster. */
interface Connection {
  readonly password: string;
  readonly port?: number;
}

export class EmbeddedPostgres {
  readonly databaseUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Settles when the postmaster is gone, however it ended. */
  readonly exited: Promise<void>;

  private constructor(
    private readonly postmaster: Postmaster,
    password: string,
    private readonly claim: FolderClaim,
  ) {
    this.port = postmaster.port;
    this.pid = postmaster.identity.pid;
    this.databaseUrl = urlOf(password, postmaster.port);
    this.exited = untilGone(postmaster.identity);
  }

  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    if (process.platform !== 'linux')
      throw new PostgresUnavailableError(`it runs on Linux, not on ${process.platform}`);
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const folder = realpathSync(options.folder);
    const claim = await claimFolder(folder);
    try {
      const binaries = locatePostgres();
      const password = await knownPassword(folder, binaries, options.log);
      const postmaster = (await adopt(folder, password, options)) ?? (await launch(folder, binaries, options));
      writePrivateFile(join(folder, 'connection.json'), JSON.stringify({ password, port: postmaster.port }));
      return new EmbeddedPostgres(postmaster, password, claim);
    } catch (error) {
      claim.release();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await stopPostmaster(this.postmaster.identity);
    this.claim.release();
  }
}

function readConnection(folder: string): Connection | undefined {
  const path = join(folder, 'connection.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Connection) : undefined;
}

/** The password is on disk before the database knows it; where the file was lost, the database is given a new one. */
async function knownPassword(folder: string, binaries: PostgresBinaries, log: ProgressLog): Promise<string> {
  const known = readConnection(folder)?.password;
  if (known) return known;
  const password = randomBytes(24).toString('base64url');
  const cluster = join(folder, 'cluster');
  if (existsSync(join(cluster, 'PG_VERSION'))) {
    log('PostgreSQL: connection.json is missing, giving the database a new password');
    const running = findPostmaster(cluster);
    if (running) await stopPostmaster(running.identity);
    await resetPassword(cluster, binaries, password);
  }
  writePrivateFile(join(folder, 'connection.json'), JSON.stringify({ password }));
  return password;
}

async function adopt(
  folder: string,
  password: string,
  options: EmbeddedPostgresOptions,
): Promise<Postmaster | undefined> {
  const running = findPostmaster(join(folder, 'cluster'));
  if (!running) return undefined;
  const wanted = options.port || running.port;
  if (wanted === running.port) {
    const { kind } = await untilReady(running.identity, urlOf(password, running.port));
    if (kind === 'ready') {
      options.log(`PostgreSQL: still running (pid ${running.identity.pid}), taken over`);
      return running;
    }
  }
  await stopPostmaster(running.identity);
  return undefined;
}

async function launch(
  folder: string,
  binaries: PostgresBinaries,
  options: EmbeddedPostgresOptions,
): Promise<Postmaster> {
  const { password, port: lastPort } = readConnection(folder) ?? { password: '' };
  const cluster = join(folder, 'cluster');
  if (!existsSync(cluster)) options.log('PostgreSQL: making a new database');
  const account = await ensureCluster(folder, binaries, password);
  if (options.port) await requirePort(options.port, '127.0.0.1', 'PostgreSQL');
  const port = options.port || (await choosePort(lastPort));
  const start = { cluster, program: binaries.postgres, account, port, logPath: join(folder, 'postgres.log') };
  return startPostmaster(start, urlOf(password, port));
}

function urlOf(password: string, port: number): string {
  return `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
}
