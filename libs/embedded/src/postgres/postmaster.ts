/**
 * The server process of a cluster: which one is alive, how one is started, when it is ready, how it is stopped.
 *
 * A postmaster outlives the process that started it, which is normal after a kill -9 of ours; it is ours when its own
 * arguments name this cluster. `postmaster.pid` alone proves nothing: its pid may have been reused since.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { DiskFullError, FolderInUseError, PortUnavailableError, PostgresStartError } from '../embedded-errors';
import { lastLines, openLog, readLog } from '../log-file';
import { argumentsOf, endsWithin, identifyProcess, isAlive, type ProcessIdentity, signal } from '../process-identity';
import type { PostgresAccount } from './postgres-account';
import { bareEnvironment, dataFolderArgument } from './postgres-cluster';

export interface Postmaster {
  readonly identity: ProcessIdentity;
  readonly port: number;
}

export interface PostmasterStart {
  readonly cluster: string;
  readonly program: string;
  readonly account: PostgresAccount;
  readonly port: number;
  readonly logPath: string;
}

/** Crash recovery replays what was written since the last checkpoint; a minute is far more than it takes here. */
const readyTimeoutMs = 120_000;
const fastShutdownTimeoutMs = 30_000;
const immediateShutdownTimeoutMs = 10_000;
/** How long the children of a killed postmaster may need to notice and let go of its shared memory. */
const orphansTimeoutMs = 15_000;

/** The live postmaster of this cluster; a pid file that names no such process is stale and removed. */
export function findPostmaster(cluster: string): Postmaster | undefined {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const [pid, , , port] = readFileSync(pidFile, 'utf8').split('\n');
  const identity = identifyProcess(Number(pid));
  if (identity && argumentsOf(identity.pid).includes(clusterMark(cluster))) return { identity, port: Number(port) };
  rmSync(pidFile, { force: true });
  return undefined;
}

export async function startPostmaster(start: PostmasterStart, databaseUrl: string): Promise<Postmaster> {
  const deadline = performance.now() + orphansTimeoutMs;
  for (;;) {
    const { identity, offset } = spawnPostmaster(start);
    const outcome = await untilReady(identity, databaseUrl);
    if (outcome.kind === 'ready') return { identity, port: start.port };
    await stopPostmaster(identity);
    const output = readLog(start.logPath, offset);
    if (!/shared memory block .* still in use/.test(output) || performance.now() > deadline) {
      throw explain(start, output, outcome.lastError);
    }
    await pause(250);
  }
}

function spawnPostmaster(start: PostmasterStart): { identity: ProcessIdentity; offset: number } {
  const log = openLog(start.logPath);
  try {
    // A session of its own: Ctrl-C in a terminal is meant for us, and we stop the database last.
    const child = spawn(start.program, ['-D', dataFolderArgument, ...settings(start)], {
      cwd: start.cluster,
      env: bareEnvironment(),
      stdio: ['ignore', log.descriptor, log.descriptor],
      detached: true,
      ...start.account,
    });
    child.on('error', () => undefined);
    child.unref();
    const identity = identifyProcess(child.pid ?? -1);
    if (!identity) throw new PostgresStartError(`PostgreSQL ended at once`, readLog(start.logPath, log.offset));
    return { identity, offset: log.offset };
  } finally {
    closeSync(log.descriptor);
  }
}

function settings({ cluster, port }: PostmasterStart): readonly string[] {
  const values = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=60',
    'shared_buffers=128MB',
    'fsync=on',
    'synchronous_commit=on',
    'full_page_writes=on',
    'password_encryption=scram-sha-256',
    'timezone=UTC',
    'log_timezone=UTC',
    // An error must not carry a statement's values into the log.
    'log_min_error_statement=panic',
    'log_parameter_max_length_on_error=0',
    clusterMark(cluster),
  ];
  return values.flatMap((value) => ['-c', value]);
}

/** A setting of our own that means nothing to PostgreSQL: it says in the process list whose postmaster this is. */
function clusterMark(cluster: string): string {
  return `longshore.cluster=${cluster}`;
}

export type Readiness = { readonly kind: 'ready' } | { readonly kind: 'not-ready'; readonly lastError: unknown };

/** Ready is a query answered for the role that the server will use, over the port that it will use. */
export async function untilReady(identity: ProcessIdentity, databaseUrl: string): Promise<Readiness> {
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    const lastError = await tryQuery(databaseUrl);
    if (lastError === undefined) return { kind: 'ready' };
    const refused = (lastError as { code?: string }).code === '28P01';
    if (refused || !isAlive(identity) || performance.now() > deadline) return { kind: 'not-ready', lastError };
    await pause(30);
  }
}

async function tryQuery(databaseUrl: string): Promise<unknown> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT system_identifier FROM pg_control_system()');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function explain({ cluster, port, logPath }: PostmasterStart, output: string, cause: unknown): Error {
  if (/could not bind .*Address already in use/.test(output))
    return new PortUnavailableError(port, 'PostgreSQL', 'EADDRINUSE');
  if (/No space left on device/.test(output)) return new DiskFullError(cluster, 'PostgreSQL');
  const rival = /lock file "postmaster.pid" already exists[\s\S]*?PID (\d+)/.exec(output);
  if (rival) return new FolderInUseError(cluster, Number(rival[1]));
  return new PostgresStartError(`PostgreSQL did not become ready (log: ${logPath})`, lastLines(output, 15), { cause });
}

/** Fast shutdown: sessions are closed and everything is written. Immediate, then by force, only when that hangs. */
export async function stopPostmaster(identity: ProcessIdentity): Promise<void> {
  signal(identity, 'SIGINT');
  if (await endsWithin(identity, fastShutdownTimeoutMs)) return;
  signal(identity, 'SIGQUIT');
  if (await endsWithin(identity, immediateShutdownTimeoutMs)) return;
  signal(identity, 'SIGKILL');
  await endsWithin(identity, immediateShutdownTimeoutMs);
}
