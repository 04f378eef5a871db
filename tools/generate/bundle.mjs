// Turns TypeScript of the workspace into something that this Node can load: bundled by esbuild, packages left outside.
// The result lies below node_modules, so that those packages are found from it, and is removed when it has been used.
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { swcForDecoratedFiles } from '../swc-for-decorated-files.mjs';

const run = promisify(execFile);

/** `@longshore/…` and relative imports are ours and go in; everything else is a package. */
const packagesOutside = {
  name: 'packages-outside',
  setup(bundler) {
    bundler.onResolve({ filter: /^[^.]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@longshore/') ? null : { path, external: true },
    );
  },
};

/** Bundles `input` (`{ entryPoints }` or `{ stdin }`), hands the file to `use`, and clears up behind it. */
async function withBundle(input, format, use) {
  const shelf = resolve('node_modules/.cache');
  mkdirSync(shelf, { recursive: true });
  const folder = mkdtempSync(join(shelf, 'longshore-generate-'));
  const file = join(folder, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
  try {
    await build({
      ...input,
      outfile: file,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format,
      keepNames: true,
      tsconfig: 'tsconfig.base.json',
      plugins: [packagesOutside, swcForDecoratedFiles],
      logLevel: 'warning',
    });
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The exports of a few lines of TypeScript that stand at the workspace's root. */
export function load(source) {
  const stdin = { contents: source, resolveDir: resolve('.'), loader: 'ts' };
  return withBundle({ stdin }, 'esm', (file) => import(pathToFileURL(file).href));
}

/** What a program of ours prints. */
export function printedBy(entryPoint) {
  return withBundle({ entryPoints: [entryPoint] }, 'cjs', async (file) => {
    const { stdout } = await run(process.execPath, [file], { maxBuffer: 32 * 1024 * 1024 });
    return stdout;
  });
}
