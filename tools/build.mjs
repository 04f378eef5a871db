// node tools/build.mjs <projectRoot>: bundles an app's entry points into dist/<projectRoot>.
// Entry points are the files src/*.main.ts and src/main.ts. esbuild emits no decorator metadata, so files that
// carry a decorator go through swc first; all others take esbuild's own, faster path.
import { build } from 'esbuild';
import { transform } from '@swc/core';
import { readFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const projectRoot = process.argv[2];

// esbuild drops what nobody uses of a namespace import, but not of the same namespace under an exported name: without
// this every process would carry zod's fifty languages and its JSON Schema (600 KiB, a megabyte and more of memory).
const wholeZod = /^import \{ z \} from 'zod';$/m;

const swcForDecoratedFiles = {
  name: 'swc-for-decorated-files',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = (await readFile(path, 'utf8')).replace(wholeZod, "import * as z from 'zod';");
      if (!/^\s*@[A-Z]\w*\(/m.test(source)) return { contents: source, loader: 'ts' };
      const { code } = await transform(source, {
        filename: path,
        sourceMaps: 'inline',
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

// Packages that Nest, socket.io and pg probe for and live without.
const optional = [
  '@nestjs/microservices',
  '@nestjs/microservices/microservices-module',
  '@nestjs/platform-express',
  'class-validator',
  'class-transformer',
  'class-transformer/storage',
  '@fastify/view',
  'bufferutil',
  'utf-8-validate',
  'pg-native',
];

const entryPoints = readdirSync(join(projectRoot, 'src'))
  .filter((name) => name === 'main.ts' || name.endsWith('.main.ts'))
  .map((name) => join(projectRoot, 'src', name));

// An agent's processes hold the text of their program for as long as they live, at two bytes a character if a single
// comment of a dependency is not Latin-1. Names stay, and lines of a readable length: a stack trace has to say something.
const smallText = { minifyWhitespace: true, minifySyntax: true, lineLimit: 160, legalComments: 'none' };

const { metafile } = await build({
  ...(projectRoot === 'apps/agent' ? smallText : {}),
  entryPoints,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  outdir: join('dist', projectRoot),
  sourcemap: 'linked',
  keepNames: true,
  tsconfig: 'tsconfig.base.json',
  external: optional,
  plugins: [swcForDecoratedFiles],
  metafile: true,
  logLevel: 'warning',
});
for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  if (file.endsWith('.js')) console.log(`${file}  ${Math.round(bytes / 1024)} KiB`);
}
