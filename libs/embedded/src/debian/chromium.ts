/**
 * A Chromium for the browser tests: an installed one, or the distribution's packages unpacked into the user's cache.
 *
 * What is found is believed only after it has drawn a page: an unpacked browser may lack a library, and on some
 * systems the command is only a pointer to another package manager.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ChromiumUnavailableError, DebianPackagesError } from '../embedded-errors';
import { libraryFolders, type PackageSet, unpackDebianPackages, type UnpackOptions } from './debian-packages';

const run = promisify(execFile);

export interface Chromium {
  readonly executablePath: string;
  /** To be set for the browser in addition to the environment of its caller. */
  readonly env: Readonly<Record<string, string>>;
}

const installedPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const screenshotTimeoutMs = 60_000;

const chromium: PackageSet = {
  name: 'chromium',
  choose: (apt) => apt.missingFor(['chromium', 'fonts-dejavu-core', 'fontconfig-config']),
};

/** What every headless run of ours is given; without a sandbox because it also runs as root and in containers. */
export const headlessOptions: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function locateChromium(options: UnpackOptions): Promise<Chromium> {
  for (const executablePath of installedPaths.filter((path) => existsSync(path))) {
    const installed = { executablePath, env: {} };
    if ((await drawProblem(installed)) === undefined) return installed;
  }
  const unpacked = await unpackChromium(options);
  const problem = await drawProblem(unpacked);
  if (problem) throw new ChromiumUnavailableError(`${unpacked.executablePath} draws no page: ${problem}`);
  return unpacked;
}

async function unpackChromium(options: UnpackOptions): Promise<Chromium> {
  try {
    const root = await unpackDebianPackages(chromium, options);
    // The command in bin is a script with the installed path written into it.
    return { executablePath: join(root, 'usr/lib/chromium/chromium'), env: environmentIn(root) };
  } catch (cause) {
    if (cause instanceof DebianPackagesError) throw new ChromiumUnavailableError(cause.message, { cause });
    throw cause;
  }
}

function environmentIn(root: string): Record<string, string> {
  const libraries = libraryFolders(root).flatMap((folder) => [folder, ...privateFolders(folder)]);
  const fonts = join(root, 'fonts.conf');
  if (!existsSync(fonts)) {
    const folders = [join(root, 'usr/share/fonts'), '/usr/share/fonts'].map((folder) => `  <dir>${folder}</dir>`);
    const cache = join(root, 'font-cache');
    mkdirSync(cache, { recursive: true });
    writeFileSync(
      fonts,
      ['<fontconfig>', ...folders, `  <cachedir>${cache}</cachedir>`, '</fontconfig>', ''].join('\n'),
    );
  }
  return { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_FILE: fonts };
}

/** Some packages keep libraries of their own one folder deeper and find them by the path they would be installed at. */
function privateFolders(libraries: string): readonly string[] {
  return readdirSync(libraries, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(libraries, name))
    .filter((folder) => readdirSync(folder).some((name) => /\.so(\.|$)/.test(name)));
}

/** Undefined when the browser drew a page, else its own last words. */
async function drawProblem({ executablePath, env }: Chromium): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-chromium-'));
  const picture = join(folder, 'page.png');
  const page = 'data:text/html,<h1>Longshore</h1>';
  const options = [...headlessOptions, `--user-data-dir=${folder}/profile`, `--screenshot=${picture}`, page];
  try {
    await run(executablePath, options, { env: { ...process.env, ...env }, timeout: screenshotTimeoutMs });
    return existsSync(picture) && statSync(picture).size > 0 ? undefined : 'no picture was made';
  } catch (error) {
    return (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
