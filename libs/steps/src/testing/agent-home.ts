/** A temporary agent home with a real step host: made for one test, and nothing of it is left afterwards. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { openProcessTable } from '../process-table/open-process-table';
import { findSeat } from '../step-host/host-seat';
import type { HostPlace } from '../step-host-link/launch-host';
import { StepHostLink } from '../step-host-link/step-host-link';

const workspace = resolve(__dirname, '../../../..');
const bundles = new Map<string, string>();

/** The entry points run as an application's do: bundled, by plain Node. */
export function bundled(entry: 'step-host.main' | 'pool-thread.main'): string {
  const known = bundles.get(entry);
  if (known !== undefined) return known;
  const outfile = join(mkdtempSync(join(tmpdir(), 'longshore-steps-bundle-')), `${entry}.cjs`);
  const options = ['--bundle', '--platform=node', '--target=node24', '--keep-names', '--log-level=error'];
  const tsconfig = `--tsconfig=${join(workspace, 'tsconfig.base.json')}`;
  const source = join(workspace, 'libs/steps/src/testing', `${entry}.ts`);
  execFileSync(join(workspace, 'node_modules/.bin/esbuild'), [source, ...options, tsconfig, `--outfile=${outfile}`]);
  bundles.set(entry, outfile);
  return outfile;
}

export function removeBundles(): void {
  for (const file of bundles.values()) rmSync(resolve(file, '..'), { recursive: true, force: true });
  bundles.clear();
}

export class AgentHome {
  readonly path = mkdtempSync(join(tmpdir(), 'longshore-steps-'));
  readonly place: HostPlace = {
    runFolder: join(this.path, 'run'),
    attemptsFolder: join(this.path, 'attempts'),
    hostEntry: bundled('step-host.main'),
    idleExitMs: 60_000,
  };
  private readonly links: StepHostLink[] = [];
  /** What a test leaves running on purpose. */
  readonly leftovers: number[] = [];

  openLink(place: Partial<HostPlace> = {}): StepHostLink {
    const link = new StepHostLink({ ...this.place, ...place });
    this.links.push(link);
    return link;
  }

  /** A new attempt's folder, as the worker makes it before the host is asked. */
  newAttempt(): { attemptId: string; folder: string } {
    const attemptId = randomUUID();
    const folder = join(this.place.attemptsFolder, attemptId);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return { attemptId, folder };
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async hostPid(): Promise<number> {
    const seat = await findSeat(this.place.runFolder);
    if (seat === undefined) throw new Error('there is no host');
    return seat.host.pid;
  }

  async remove(): Promise<void> {
    for (const link of this.links) {
      for (const attemptId of await link.list().catch(() => [])) await link.kill(attemptId, 'cancelled');
      await link.retire().catch(() => undefined);
      await link.close();
    }
    for (const pid of this.leftovers) killQuietly(pid);
    await until(async () => (await findSeat(this.place.runFolder).catch(() => undefined)) === undefined, 3_000).catch(
      async () => killQuietly(await this.hostPid()),
    );
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function until(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const giveUpAtMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAtMs) throw new Error(`not within ${withinMs} ms: ${holds.toString()}`);
    await pause(15);
  }
}

const table = openProcessTable();

/** A zombie has ended: whoever adopted it may be slow to ask how. */
export function isRunning(pid: number): boolean {
  return table.find(pid)?.ended === false;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
