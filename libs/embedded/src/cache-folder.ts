/**
 * Where what is fetched once and shared by all installations of one user is kept: `LONGSHORE_CACHE`, or the user's
 * cache folder as the XDG base directory specification has it (docs/operations.md, Embedded services).
 */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['LONGSHORE_CACHE']) return resolve(environment['LONGSHORE_CACHE']);
  const base = environment['XDG_CACHE_HOME'];
  // The specification says that a relative value is to be ignored.
  return join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'longshore');
}
