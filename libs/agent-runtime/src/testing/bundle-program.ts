/** Bundles one of the tiny programs of the tests, so that it runs as a real process. */
import { buildSync } from 'esbuild';
import { join } from 'node:path';

export function bundleProgram(entry: string, folder: string): string {
  const outfile = join(folder, 'program.cjs');
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    tsconfig: join(__dirname, '..', '..', '..', '..', 'tsconfig.base.json'),
  });
  return outfile;
}
