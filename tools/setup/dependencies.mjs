// Installs what package-lock.json names, once per content of that file.
// The stamp is written last: an installation that was interrupted has none and is made anew.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SetupError, step } from './progress.mjs';
import { ProgramFailedError, runQuietly } from './run-program.mjs';
import { withSetupLock } from './setup-lock.mjs';
import { at } from './workspace.mjs';

const stamp = at('node_modules', '.longshore-lock');
/** The first that reads this form of package-lock.json. */
const neededNpmMajor = 8;

export async function installDependencies() {
  const wanted = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
  const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isInstalled()) return;
  await withSetupLock(async () => {
    // Another process may have done it while we waited for the lock.
    if (!isInstalled()) await step('dependencies', () => install(wanted));
  });
}

async function install(wanted) {
  const [program, ...prefix] = npmCommand();
  await checkNpm(program, prefix);
  // Everything is needed to build, also where the environment says `production`.
  const options = ['--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  try {
    await runQuietly(program, [...prefix, 'ci', ...options]);
  } catch (error) {
    if (!lacksOnlyForeignPackages(error)) throw error;
    rmSync(at('node_modules'), { recursive: true, force: true });
    await runQuietly(program, [...prefix, 'install', '--no-save', ...options]);
  }
  writeFileSync(stamp, wanted);
}

/**
 * npm leaves out of package-lock.json the optional packages that its registry does not have, as a rule those of other
 * operating systems, and `npm ci` then refuses its own file, naming each without a version: `Missing: name@ from lock
 * file`. Every version that counts here is in the file all the same, and `npm install` keeps to it.
 */
function lacksOnlyForeignPackages(error) {
  if (!(error instanceof ProgramFailedError)) return false;
  const complaints = error.output.match(/^npm (?:error|ERR!) (?:Missing|Invalid): .*$/gm) ?? [];
  return complaints.length > 0 && complaints.every((line) => / Missing: \S+@ from lock file$/.test(line));
}

/** The npm that runs us where there is one, else the one on the PATH. */
function npmCommand() {
  const own = process.env.npm_execpath;
  return own && /npm-cli\.c?js$/.test(own) && existsSync(own) ? [process.execPath, own] : ['npm'];
}

async function checkNpm(program, prefix) {
  const version = await runQuietly(program, [...prefix, '--version']).catch((cause) => {
    throw new SetupError('npm cannot be run: install Node together with npm.', { cause });
  });
  if (parseInt(version, 10) < neededNpmMajor) {
    throw new SetupError(`npm ${neededNpmMajor} or newer is needed; this is ${version.trim()}.`);
  }
}
