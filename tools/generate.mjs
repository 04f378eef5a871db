// npm run generate            writes docs/reference/ anew from the sources
// npm run generate -- --check writes nothing; exits 1 and shows the difference when a reference is stale, a link in
//                             the documents leads nowhere, or a comment in the code names a section that does not exist
// What is generated is deterministic: same sources, same bytes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { asyncApiDocument } from './generate/asyncapi.mjs';
import { showDifference } from './generate/difference.mjs';
import { errorCatalogue } from './generate/errors.mjs';
import { brokenReferences } from './generate/links.mjs';
import { messageReference } from './generate/messages.mjs';
import { openApiDocument } from './generate/openapi.mjs';
import { settingsReference } from './generate/settings.mjs';

const references = {
  'docs/reference/messages.md': messageReference,
  'docs/reference/asyncapi.json': asyncApiDocument,
  'docs/reference/errors.md': errorCatalogue,
  'docs/reference/server-settings.md': settingsReference,
  'docs/reference/openapi.json': openApiDocument,
};

const check = process.argv.includes('--check');
const problems = [];
for (const [file, generate] of Object.entries(references)) {
  const text = await generateOrExplain(file, generate);
  if (text === null) continue;
  const found = readOrNothing(file);
  if (found === text) continue;
  if (check) {
    problems.push(`${file} is stale (npm run generate):\n${showDifference(found, text)}`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file}`);
  }
}
if (check) problems.push(...brokenReferences());
for (const problem of problems) console.error(problem);
if (check && problems.length === 0) console.log('docs/reference is up to date and every reference resolves');
process.exitCode = problems.length === 0 ? 0 : 1;

/** Null: it cannot be generated, and the problem says why. */
async function generateOrExplain(file, generate) {
  try {
    return await generate();
  } catch (error) {
    problems.push(`${file} cannot be generated: ${error.message}`);
    return null;
  }
}

function readOrNothing(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
