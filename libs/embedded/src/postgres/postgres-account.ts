/**
 * Under which account does PostgreSQL run?
 *
 * It refuses to run as root. Started by an ordinary user it runs as that user; started by root it runs under a uid
 * that nobody else has, so that no other service and no step of an agent can read the database. Its programs are given
 * `/proc/self/cwd` for the data folder, which they can open although the folders above it are closed to them
 * (a data folder is 0700, and a checkout may lie in root's home): only root may set such a working folder.
 */
import { createHash } from 'node:crypto';
import { chownSync, lchownSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PostgresFolderError } from '../embedded-errors';

/** Undefined means: as ourselves. */
export type PostgresAccount = { readonly uid: number; readonly gid: number } | undefined;

/** initdb and single-user mode insist on an account with a name; the server itself does not. */
export const namedAccount: PostgresAccount = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

const firstPrivateUid = 52_000;
const privateUids = 8_000;

export function chooseAccount(folder: string): PostgresAccount {
  if (process.getuid?.() !== 0) return undefined;
  const taken = new Set(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => Number(line.split(':')[2])),
  );
  let offset = createHash('sha256').update(folder).digest().readUInt32BE() % privateUids;
  while (taken.has(firstPrivateUid + offset)) offset = (offset + 1) % privateUids;
  return { uid: firstPrivateUid + offset, gid: firstPrivateUid + offset };
}

/** The account of a cluster that exists: its owner, whoever started the server that made it. */
export function ownerOf(cluster: string): PostgresAccount {
  const { uid, gid } = statSync(cluster);
  const self = process.getuid?.();
  if (self === uid && uid !== 0) return undefined;
  if (self !== 0) throw new PostgresFolderError(cluster, `it belongs to uid ${uid}; start as that user or as root`);
  // Ours between being made and being handed over, or copied by root since.
  return uid === 0 || uid === namedAccount?.uid ? chooseAccount(dirname(cluster)) : { uid, gid };
}

export function giveTo(account: PostgresAccount, cluster: string): void {
  if (!account) return;
  const { uid, gid } = account;
  for (const entry of readdirSync(cluster, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(cluster, entry), uid, gid);
  chownSync(cluster, uid, gid);
}
