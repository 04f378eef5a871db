// npm run attack: builds the product and tries every attack of apps/attack-suite on it, in full; `npm test` takes a
// sample. Prints a table of attack, attempts, refusals and positive control, and keeps it in dist/attack-suite/report.md.
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';
import { buildProduct } from './product-build.mjs';
import { endWith } from './progress.mjs';
import { runShown } from './run-program.mjs';
import { nxEnvironment } from './workspace.mjs';

try {
  await prepare(fileURLToPath(import.meta.url));
  await buildProduct();
  const suite = ['tools/jest.mjs', 'apps/attack-suite', '--runInBand', '--verbose', '--testTimeout=600000'];
  process.exitCode = await runShown(process.execPath, suite, { ...nxEnvironment, LONGSHORE_ATTACKS: 'all' });
} catch (error) {
  endWith(error);
}
