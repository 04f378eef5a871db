// Turns TypeScript of the workspace into something that this Node can load: bundled by esbuild, packages left outside.
// The result lies below node_modules, so that those packages are found from it, and is removed when it has been used.
import { transform } from '@swc/core';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** esbuild emits no decorator metadata, which Nest needs: files with a decorator go through swc, as in tools/build.mjs. */
const swcForDecoratedFiles = {
  name: 'swc-for-decorated-files',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!/^\s*@[A-Z]\w*\(/m.test(source)) return { contents: source, loader: 'ts' };
      const { code } = await transform(source, {
        filename: path,
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      });
      return { contents: code, loader: 'js' };
    });
  },
};

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
