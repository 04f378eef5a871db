/**
 * apt-get for anybody: it resolves and fetches packages of this distribution, verified by the distribution's own keys,
 * without root and without touching the system's lists, cache or installed packages.
 *
 * It reads the system's sources and proxy settings and keeps everything it writes in a folder of ours. Hooks that the
 * system runs after an update are switched off: they belong to the system's own lists.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { DebianPackagesError } from '../embedded-errors';

const run = promisify(execFile);

const commandTimeoutMs = 600_000;
const listsFreshMs = 6 * 3_600_000;

export class Apt {
  private readonly configuration: string;

  constructor(private readonly folder: string) {
    this.configuration = join(folder, 'apt.conf');
    for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, name), { recursive: true });
    const settings = [
      `Dir::State::Lists "${folder}/lists";`,
      `Dir::Cache "${folder}/cache";`,
      'Debug::NoLocking "1";',
      'Acquire::Retries "2";',
      'Acquire::http::Timeout "30";',
      'Acquire::https::Timeout "30";',
      'Acquire::Languages "none";',
      '#clear APT::Update::Pre-Invoke;',
      '#clear APT::Update::Post-Invoke;',
      '#clear APT::Update::Post-Invoke-Success;',
      // As root apt would change to an account that cannot write into our folder.
      ...(process.getuid?.() === 0 ? ['APT::Sandbox::User "root";'] : []),
    ];
    writeFileSync(this.configuration, `${settings.join('\n')}\n`);
  }

  /** A source of a third party that cannot be reached is no reason to stop: the download that needs it will say so. */
  async refreshLists(): Promise<void> {
    const stamp = join(this.folder, 'refreshed');
    if (existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < listsFreshMs) return;
    await this.command('apt-get', ['update']).catch((error: unknown) => {
      if (!(error instanceof DebianPackagesError)) throw error;
    });
    writeFileSync(stamp, '');
  }

  /** The next refresh asks the network again: what the lists name is no longer there. */
  outdateLists(): void {
    const stamp = join(this.folder, 'refreshed');
    if (existsSync(stamp)) utimesSync(stamp, 0, 0);
  }

  /** The packages that `root` depends on, directly or not, whether installed or not. */
  async dependenciesOf(root: string): Promise<readonly string[]> {
    const weak = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
      (kind) => `--no-${kind}`,
    );
    const output = await this.command('apt-cache', ['depends', '--recurse', ...weak, root]);
    return [...new Set(output.split('\n').filter((line) => /^[a-z0-9]/.test(line)))];
  }

  /** The packages that would have to be installed to have `roots`. */
  async missingFor(roots: readonly string[]): Promise<readonly string[]> {
    const output = await this.command('apt-get', [
      'install',
      '--no-install-recommends',
      '--print-uris',
      '-y',
      ...roots,
    ]);
    // 'http://…/name_version_arch.deb' name_version_arch.deb 43268 SHA256:…
    return [...output.matchAll(/^'\S+' ([^\s_]+)_\S+\.deb \d+/gm)].map(([, name]) => name ?? '');
  }

  async download(names: readonly string[], folder: string): Promise<void> {
    await this.command('apt-get', ['download', ...names], folder);
  }

  private async command(program: string, options: readonly string[], folder = this.folder): Promise<string> {
    const limits = { cwd: folder, timeout: commandTimeoutMs, maxBuffer: 64 * 1024 * 1024 };
    const environment = { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
    try {
      return (await run(program, ['-c', this.configuration, ...options], { ...limits, env: environment })).stdout;
    } catch (cause) {
      const complaint = ((cause as { stderr?: string }).stderr ?? '')
        .split('\n')
        .filter((line) => line.startsWith('E:'));
      throw new DebianPackagesError(
        `${program} ${options[0]} failed: ${complaint.join(' ') || (cause as Error).message}`,
        { cause },
      );
    }
  }
}

/** `bookworm-amd64`: packages of one release and architecture do not fit another. Undefined where there is no apt. */
export async function distributionName(): Promise<string | undefined> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const has = (program: string) => onPath.some((folder) => existsSync(join(folder, program)));
  if (!['apt-get', 'apt-cache', 'dpkg', 'dpkg-deb'].every(has) || !existsSync('/etc/os-release')) return undefined;
  const codename = /^VERSION_CODENAME="?([\w-]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const { stdout } = await run('dpkg', ['--print-architecture']);
  return codename ? `${codename}-${stdout.trim()}` : undefined;
}
