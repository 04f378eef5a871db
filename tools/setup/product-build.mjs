// Builds all applications unless nothing has changed since the last build.
// Nx knows that too, but takes a second or two to say so: the stamp is a digest of every source file's name, size and time.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './progress.mjs';
import { runQuietly } from './run-program.mjs';
import { withSetupLock } from './setup-lock.mjs';
import { at, commandScript, nxEnvironment } from './workspace.mjs';

const stamp = at('dist', '.longshore-build');
const sources = ['apps', 'libs', 'tools', 'package-lock.json', 'tsconfig.base.json', 'nx.json'];
/** Not written by people: `generated` is made by the build itself. */
const madeByTools = new Set(['node_modules', 'dist', 'generated', 'coverage']);

export async function buildProduct() {
  await withSetupLock(async () => {
    const wanted = digestOfSources();
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
    await step('build', () => build(wanted));
  });
}

async function build(wanted) {
  rmSync(stamp, { force: true });
  await runQuietly(
    process.execPath,
    [commandScript('nx'), 'run-many', '-t', 'build', '--output-style=static'],
    nxEnvironment,
  );
  mkdirSync(at('dist'), { recursive: true });
  writeFileSync(stamp, wanted);
}

function digestOfSources() {
  const digest = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    digest.update(`${path}\0${size}\0${mtimeMs}\0`);
  };
  const walk = (folder) => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (madeByTools.has(entry.name)) continue;
      if (entry.isDirectory()) walk(join(folder, entry.name));
      else if (entry.isFile()) add(join(folder, entry.name));
    }
  };
  for (const name of sources) statSync(at(name)).isDirectory() ? walk(at(name)) : add(at(name));
  return digest.digest('hex');
}
