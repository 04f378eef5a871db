/**
 * What is on disk: is there a database cluster, whole and of our version, and how is one made?
 *
 * A cluster is made beside its place and renamed into it when it is complete, so a half-made one is recognised by its
 * name and swept away. The role `longshore` owns the database `longshore` and is all that can log in, with
 * SCRAM over 127.0.0.1; the superuser has no password and every other way in is refused, because any step on this
 * host can reach the port (docs/security.md, Database).
 */
import { execFile, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DiskFullError, PostgresFolderError, PostgresStartError } from '../embedded-errors';
import { type PostgresAccount, chooseAccount, giveTo, namedAccount, ownerOf } from './postgres-account';
import type { PostgresBinaries } from './postgres-binaries';

const run = promisify(execFile);

export const role = 'longshore';
export const database = 'longshore';
/** How PostgreSQL's programs are told their data folder, which is also their working folder. */
export const dataFolderArgument = '/proc/self/cwd';

const accessRules = `host ${database} ${role} 127.0.0.1/32 scram-sha-256\n`;

/** Makes the cluster of `folder` unless it is there, and says who runs it. */
export async function ensureCluster(
  folder: string,
  binaries: PostgresBinaries,
  password: string,
): Promise<PostgresAccount> {
  const cluster = join(folder, 'cluster');
  for (const name of readdirSync(folder)) {
    if (name.startsWith('cluster.new-')) rmSync(join(folder, name), { recursive: true, force: true });
  }
  if (existsSync(cluster) && readdirOrDenied(cluster).length === 0) rmdirSync(cluster);
  if (!existsSync(cluster)) return makeCluster(folder, binaries, password);
  checkCluster(cluster, binaries.majorVersion);
  const account = ownerOf(cluster);
  // Copied or restored by root, or interrupted while its password was set anew.
  giveTo(account, cluster);
  return account;
}

function readdirOrDenied(cluster: string): readonly string[] {
  try {
    return readdirSync(cluster);
  } catch (cause) {
    throw new PostgresFolderError(cluster, 'it cannot be read by this user', { cause });
  }
}

function checkCluster(cluster: string, majorVersion: string): void {
  const missing = ['PG_VERSION', 'global/pg_control', 'pg_wal'].filter((name) => !existsSync(join(cluster, name)));
  if (missing.length > 0) {
    const advice = 'it is damaged; restore it from a backup, or move it away to begin with an empty database';
    throw new PostgresFolderError(cluster, `${missing.join(', ')} missing: ${advice}`);
  }
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (found !== majorVersion) {
    throw new PostgresFolderError(cluster, `it was made by PostgreSQL ${found}, this is PostgreSQL ${majorVersion}`);
  }
}

async function makeCluster(folder: string, binaries: PostgresBinaries, password: string): Promise<PostgresAccount> {
  const aside = mkdtempSync(join(folder, 'cluster.new-'));
  try {
    if (namedAccount) chownSync(aside, namedAccount.uid, namedAccount.gid);
    await initialise(aside, binaries);
    await runAlone(aside, binaries, [
      `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`,
      // Granted in the template, from which the database is copied: the server tells a restored database by it.
      `GRANT EXECUTE ON FUNCTION pg_control_system() TO ${role}`,
      `CREATE DATABASE ${database} OWNER ${role}`,
    ]);
    writeFileSync(join(aside, 'pg_hba.conf'), accessRules, { mode: 0o600, flush: true });
    const account = chooseAccount(folder);
    giveTo(account, aside);
    renameSync(aside, join(folder, 'cluster'));
    return account;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function initialise(cluster: string, { initdb }: PostgresBinaries): Promise<void> {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  // `reject` for the moment only: the access rules are written once the role has its password.
  const options = ['-D', dataFolderArgument, '-U', 'postgres', '--auth=reject', ...locale];
  try {
    await run(initdb, options, { cwd: cluster, env: bareEnvironment(), ...namedAccount });
  } catch (cause) {
    const output = (cause as { stderr?: string }).stderr ?? '';
    if (/No space left on device/.test(output)) throw new DiskFullError(cluster, 'PostgreSQL');
    throw new PostgresStartError(`no database could be made in ${cluster}`, output, { cause });
  }
}

/** Gives the role a new password where the old one is lost; the cluster must not be running. */
export async function resetPassword(cluster: string, binaries: PostgresBinaries, password: string): Promise<void> {
  const account = ownerOf(cluster);
  giveTo(namedAccount, cluster);
  await runAlone(cluster, binaries, [`ALTER ROLE ${role} PASSWORD '${password}'`]);
  giveTo(account, cluster);
}

/** Single-user mode: one statement a line, read from standard input, with no listener and no login. */
async function runAlone(cluster: string, { postgres }: PostgresBinaries, statements: readonly string[]): Promise<void> {
  const options = ['--single', '-D', dataFolderArgument, '-c', 'log_min_error_statement=panic', 'template1'];
  const alone = spawn(postgres, options, {
    cwd: cluster,
    env: bareEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
    ...namedAccount,
  });
  let complaints = '';
  alone.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  alone.stdin.on('error', () => undefined);
  alone.stdin.end(statements.map((statement) => `${statement}\n`).join(''));
  const status = await new Promise((settle, fail) => alone.on('error', fail).on('close', settle));
  if (/No space left on device/.test(complaints)) throw new DiskFullError(cluster, 'PostgreSQL');
  if (status !== 0 || /\b(ERROR|FATAL|PANIC):/.test(complaints)) {
    throw new PostgresStartError(`the database in ${cluster} could not be set up`, complaints);
  }
}

/** Nothing of ours reaches PostgreSQL through its environment: PG* variables of the caller would change its defaults. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return { LC_ALL: 'C', PATH: process.env['PATH'] };
}
