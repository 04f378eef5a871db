/**
 * Programs of the distribution for this user only: its packages are fetched, verified and unpacked into a cache
 * folder, never installed, so no service of theirs is started and the machine stays as it was
 * (docs/operations.md, Embedded services).
 *
 * A set is unpacked beside its place and renamed into it, so what stands there is complete.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../cache-folder';
import { DebianPackagesError } from '../embedded-errors';
import { claimFolder } from '../folder-claim';
import type { ProgressLog } from '../progress-log';
import { Apt, distributionName } from './apt';

const run = promisify(execFile);

export interface PackageSet {
  /** The folder's name in the cache. */
  readonly name: string;
  choose(apt: Apt): Promise<readonly string[]>;
  /** What an install script would have done, on the unpacked files and before anybody sees them. */
  prepare?(root: string): void;
}

export interface UnpackOptions {
  readonly cache?: string | undefined;
  readonly log: ProgressLog;
}

/** Long enough for another process to fetch the same set over a slow line. */
const otherProcessTimeoutMs = 900_000;

/** Answers with the folder that stands for `/`. */
export async function unpackDebianPackages(set: PackageSet, { cache, log }: UnpackOptions): Promise<string> {
  const distribution = await distributionName();
  if (!distribution) throw new DebianPackagesError('this system has no apt-get, so its packages cannot be fetched');
  const shelf = join(cache ?? cacheFolder(), 'debian', distribution);
  const root = join(shelf, set.name);
  if (existsSync(root)) return root;
  const claim = await claimFolder(shelf, otherProcessTimeoutMs);
  try {
    if (!existsSync(root)) await unpackInto(shelf, set, log);
    return root;
  } finally {
    claim.release();
  }
}

async function unpackInto(shelf: string, set: PackageSet, log: ProgressLog): Promise<void> {
  for (const name of readdirSync(shelf)) if (name.startsWith('.new-')) rmSync(join(shelf, name), { recursive: true });
  const aside = mkdtempSync(join(shelf, '.new-'));
  try {
    const packages = await fetchPackages(new Apt(join(shelf, 'apt')), set, join(aside, 'packages'), log);
    const root = join(aside, 'root');
    log(`${set.name}: unpacking ${packages.length} packages`);
    mkdirSync(root);
    for (const file of packages) await run('dpkg-deb', ['-x', file, root]);
    set.prepare?.(root);
    renameSync(root, join(shelf, set.name));
  } catch (cause) {
    if (cause instanceof DebianPackagesError) throw cause;
    throw new DebianPackagesError(`${set.name} could not be unpacked: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function fetchPackages(apt: Apt, set: PackageSet, folder: string, log: ProgressLog): Promise<readonly string[]> {
  mkdirSync(folder);
  const fetchOnce = async () => {
    log(`${set.name}: asking the distribution for its packages`);
    await apt.refreshLists();
    const names = await set.choose(apt);
    if (names.length === 0) throw new DebianPackagesError(`the distribution has no packages for ${set.name}`);
    log(`${set.name}: fetching ${names.length} packages`);
    await apt.download(names, folder);
  };
  try {
    await fetchOnce();
  } catch {
    // Normal when the lists are some hours old and a package was replaced by a newer one since.
    apt.outdateLists();
    await fetchOnce();
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(folder, name));
}

/** Where the loader finds the unpacked libraries: `usr/lib/x86_64-linux-gnu` and its like. */
export function libraryFolders(root: string): readonly string[] {
  return ['usr/lib', 'lib']
    .map((name) => join(root, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.includes('-linux-gnu'))
        .map((name) => join(folder, name)),
    );
}
