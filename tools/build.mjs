// node tools/build.mjs <projectRoot>: bundles an app's entry points into dist/<projectRoot>.
// Entry points are the files src/*.main.ts and src/main.ts.
//   node tools/build.mjs <projectRoot> --weaken=<name> --outdir <folder>
// makes a bundle whose one defence is switched off, as the attack suite's positive control; never into dist.
import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { swcForDecoratedFiles } from './swc-for-decorated-files.mjs';
import { readWeakening } from './weaken.mjs';

const projectRoot = process.argv[2];
const weakening = readWeakening(process.argv.slice(3));

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
  outdir: weakening?.outdir ?? join('dist', projectRoot),
  sourcemap: 'linked',
  keepNames: true,
  tsconfig: 'tsconfig.base.json',
  external: optional,
  plugins: [...(weakening === null ? [] : [weakening.plugin]), swcForDecoratedFiles],
  metafile: true,
  logLevel: 'warning',
});
for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  if (file.endsWith('.js')) console.log(`${file}  ${Math.round(bytes / 1024)} KiB`);
}
