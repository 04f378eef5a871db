// Which Node runs the product: the one that npm brought into node_modules, whatever the machine has.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { SetupError } from './progress.mjs';
import { at } from './workspace.mjs';

/** Older releases of this line let a TLS peer past the pin. */
const needed = [24, 18, 1];
const neededToSetUp = [18, 0, 0];

/** Before anything is installed. */
export function checkMachine() {
  if (process.platform !== 'linux') {
    throw new SetupError(`This command needs Linux (tried on Debian and Ubuntu); this is ${process.platform}.`);
  }
  if (isOlder(process.version, neededToSetUp)) {
    throw new SetupError(`Set-up needs Node ${neededToSetUp[0]} or newer; this is ${process.version}.`);
  }
}

/** After the dependencies are installed: the path of a Node that may run the product. */
export function findRuntime() {
  const brought = at('node_modules', '.bin', 'node');
  const version = existsSync(brought) ? versionOf(brought) : undefined;
  if (version && !isOlder(version, needed)) return brought;
  if (!isOlder(process.version, needed)) return process.execPath;
  throw new SetupError(
    `Node ${needed.join('.')} or newer is needed. npm brings one for Linux on x64 and arm64 as an optional package, ` +
      `but ${brought} ${version ? `is ${version}` : 'is missing or does not run'}, and the running Node is ${process.version}. ` +
      'Install dependencies without --omit=optional, or start with a newer Node.',
  );
}

export function isRunningOn(runtime) {
  return versionOf(runtime) === process.version;
}

function versionOf(program) {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function isOlder(version, [major, minor, patch]) {
  const [ownMajor, ownMinor, ownPatch] = version
    .slice(1)
    .split('.')
    .map((part) => parseInt(part, 10));
  return (ownMajor - major || ownMinor - minor || ownPatch - patch) < 0;
}
