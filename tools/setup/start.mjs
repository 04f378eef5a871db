// npm start: from a fresh clone to a running server with two agents. Sets up, builds, and becomes apps/standalone, to
// which all arguments go: npm start -- --data DIR --port-base N --ready-file PATH
import { fileURLToPath } from 'node:url';
import { buildProduct } from './product-build.mjs';
import { prepare } from './prepare.mjs';
import { endWith } from './progress.mjs';
import { continueIn } from './run-program.mjs';
import { at } from './workspace.mjs';

try {
  await prepare(fileURLToPath(import.meta.url));
  await buildProduct();
  await continueIn(process.execPath, [
    '--enable-source-maps',
    at('dist', 'apps', 'standalone', 'main.js'),
    ...process.argv.slice(2),
  ]);
} catch (error) {
  endWith(error);
}
