// npm test: sets up and runs every check and test there is, with real PostgreSQL, RabbitMQ, processes and a browser.
//   npm test -- --only lint|unit|e2e    runs one part
// Ends with the line `N passed, M failed` over all test runs, and with an error when anything failed or nothing ran.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';
import { endWith, seconds, SetupError } from './progress.mjs';
import { runShown } from './run-program.mjs';
import { commandScript, nxEnvironment } from './workspace.mjs';

const nx = (...options) => [commandScript('nx'), 'run-many', ...options];

/** In order of cost: what fails soonest comes first. */
const parts = () => [
  { part: 'lint', name: 'format', command: [commandScript('prettier'), '--check', '.', '--log-level', 'warn'] },
  { part: 'lint', name: 'lint', command: nx('-t', 'lint', '--parallel=2', '--output-style=static') },
  { part: 'lint', name: 'typecheck', command: nx('-t', 'typecheck', '--parallel=2', '--output-style=static') },
  { part: 'lint', name: 'references', command: ['tools/generate.mjs', '--check'] },
  { part: 'lint', name: 'dead exports', command: [commandScript('knip'), '--no-progress'] },
  { part: 'lint', name: 'import law', command: ['tools/lint-canary.mjs'] },
  // Never from Nx's cache: a test that did not run proves nothing. One project at a time: several of them start brokers
  // and databases, and two such on two cores make each other's patience run out.
  {
    part: 'unit',
    name: 'unit and contract tests',
    command: nx('-t', 'test', '--parallel=1', '--skip-nx-cache', '--output-style=stream'),
  },
  { part: 'e2e', name: 'build', command: nx('-t', 'build', '--output-style=static') },
  { part: 'e2e', name: 'end-to-end tests', command: ['tools/jest.mjs', 'apps/system-e2e', '--runInBand'] },
  // A sample of each; `npm run attack` tries all of them.
  { part: 'e2e', name: 'attacks', command: ['tools/jest.mjs', 'apps/attack-suite', '--runInBand'] },
];

function chosenParts(options) {
  if (options.length === 0) return parts();
  const [option, only] = options;
  const chosen = parts().filter(({ part }) => part === only);
  if (option !== '--only' || chosen.length === 0 || options.length > 2) {
    throw new SetupError('usage: npm test -- [--only lint|unit|e2e]');
  }
  return chosen;
}

async function runPart({ name, command }, summaries) {
  const startedAt = performance.now();
  console.log(`\n▸ ${name}`);
  const status = await runShown(process.execPath, command, { ...nxEnvironment, LONGSHORE_TEST_SUMMARIES: summaries });
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds(startedAt)})`);
  return status === 0;
}

/** Each test run left its result in the folder; a test file that could not even be loaded counts as one failure. */
function addUp(summaries) {
  const results = readdirSync(summaries).map((name) => JSON.parse(readFileSync(join(summaries, name), 'utf8')));
  const sum = (count) => results.reduce((total, result) => total + count(result), 0);
  return {
    passed: sum(({ numPassedTests }) => numPassedTests),
    failed: sum(({ numFailedTests, numRuntimeErrorTestSuites }) => numFailedTests + numRuntimeErrorTestSuites),
  };
}

async function runAll() {
  const chosen = chosenParts(process.argv.slice(2));
  const summaries = mkdtempSync(join(tmpdir(), 'longshore-tests-'));
  try {
    const startedAt = performance.now();
    const failures = [];
    for (const part of chosen) if (!(await runPart(part, summaries))) failures.push(part.name);
    const { passed, failed } = addUp(summaries);
    console.log(`\nall of it took ${seconds(startedAt)}`);
    if (failures.length > 0) console.log(`failed: ${failures.join(', ')}`);
    const testsWanted = chosen.some(({ part }) => part !== 'lint');
    if (testsWanted) console.log(`${passed} passed, ${failed} failed`);
    return failures.length === 0 && failed === 0 && (passed > 0 || !testsWanted);
  } finally {
    rmSync(summaries, { recursive: true, force: true });
  }
}

try {
  await prepare(fileURLToPath(import.meta.url));
  process.exitCode = (await runAll()) ? 0 : 1;
} catch (error) {
  endWith(error);
}
