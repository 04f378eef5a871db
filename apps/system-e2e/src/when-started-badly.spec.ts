import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fetch, createLongshoreClient } from '@longshore/rest-client';
import { createPinnedDispatcher } from '@longshore/tls';
import { fetch } from 'undici';
import type { Ready } from './installation/installation';
import { Launcher } from './installation/launcher';

const folder = mkdtempSync(join(tmpdir(), 'longshore-badly-'));
const portBase = 21_543;
const dataFolder = join(folder, 'data');
const readyFile = join(folder, 'ready.json');
const launchers: Launcher[] = [];

afterAll(async () => {
  for (const launcher of launchers) await launcher.stop();
  rmSync(folder, { recursive: true, force: true });
});

function aLauncher(change: Partial<Launcher['plan']> = {}): Launcher {
  const launcher = new Launcher({ dataFolder, portBase, readyFile, ...change });
  launchers.push(launcher);
  return launcher;
}

/** Processes that work in the data folder, by their command lines. */
function processesOf(data: string): string[] {
  const all = execFileSync('ps', ['-axo', 'args'], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(`${data}/`));
}

async function withClient<T>(
  use: (client: ReturnType<typeof createLongshoreClient>, ready: Ready) => Promise<T>,
): Promise<T> {
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as Ready;
  const dispatcher = createPinnedDispatcher({ isPinned: (presented) => presented === ready.fingerprint });
  const pinnedFetch: Fetch = (url, init) => fetch(url, { ...init, dispatcher });
  try {
    return await use(createLongshoreClient({ server: ready.api, token: ready.token, fetch: pinnedFetch }), ready);
  } finally {
    await dispatcher.destroy();
  }
}

describe('when an installation is started badly', () => {
  it.each([
    ['the console and API', portBase],
    ['the agent gateway', portBase + 1],
    ['RabbitMQ', portBase + 2],
  ])('names the port that is in use for %s, and leaves nothing running', async (what, port) => {
    const squatter = await occupy(port);
    const launcher = aLauncher();
    expect(await launcher.startAndFail()).toBe(1);
    squatter.close();
    expect(launcher.output).toContain(what);
    expect(launcher.output).toMatch(new RegExp(`port ${port}\\b.* in use`));
    expect(processesOf(dataFolder)).toEqual([]);
  });

  it('repairs a first set-up that was killed half way', async () => {
    const killed = aLauncher();
    const started = killed.start().catch(() => undefined);
    while (!killed.output.includes('✓ server')) await sleep(20);
    process.kill(killed.pid, 'SIGKILL');
    await started;
    await aLauncher().start();
    await withClient(async (client, { run, agents }) => {
      expect(run.state).toBe('succeeded');
      expect(agents.map(({ id }) => id).sort()).toEqual(['jms-1', 'web-1']);
      expect((await client.agents()).total).toBe(2);
    });
  });

  it('refuses a second launcher on the same data, and the first goes on', async () => {
    const second = aLauncher({ readyFile: join(folder, 'second.json') });
    expect(await second.startAndFail()).toBe(1);
    expect(second.output).toContain(`${dataFolder} is in use by process`);
    const elsewhere = aLauncher({ portBase: portBase + 10, readyFile: join(folder, 'elsewhere.json') });
    expect(await elsewhere.startAndFail()).toBe(1);
    expect(elsewhere.output).toContain(`was made for ports ${portBase}`);
    await withClient(async (client) => expect((await client.agents()).total).toBe(2));
  });

  it('takes over what a killed launcher left, with the step that ran meanwhile', async () => {
    const { run, pid } = await withClient(async (client, { agents }) => {
      const script = 'for i in 1 2 3 4 5 6 7 8; do echo "line $i"; sleep 0.5; done; exit 5';
      await client.saveProcess({ name: 'long', steps: [{ name: 'step', inputs: { script } }] });
      const started = await client.startRun({ process: 'long', agents: { ids: agents.map(({ id }) => id) } });
      return {
        run: started,
        pid: launchers.find(({ plan, isRunning }) => isRunning && plan.portBase === portBase)?.pid,
      };
    });
    await sleep(1_000);
    process.kill(pid ?? 0, 'SIGKILL');
    const next = aLauncher();
    await next.start();
    expect(next.output).toContain('was left by a start that was killed');
    await withClient(async (client) => {
      let now = await client.run(run.id);
      for (
        const end = performance.now() + 30_000;
        now.state === 'running' && performance.now() < end;
        await sleep(100)
      ) {
        now = await client.run(run.id);
      }
      for (const { attempts } of now.items) {
        expect(attempts).toMatchObject([{ outcome: 'failed', exitCode: 5, logLengths: { stdout: 56 } }]);
      }
    });
    expect(await next.stop()).toBe(0);
    expect(processesOf(dataFolder)).toEqual([]);
  });

  it('goes on with web agents where there is no RabbitMQ, and says of JMS agents why they wait', async () => {
    const launcher = aLauncher({
      environment: { LONGSHORE_CACHE: join(folder, 'no-cache'), PATH: pathWithoutPackages() },
    });
    await launcher.start();
    expect(launcher.output).toContain('no RabbitMQ, going on with web agents only');
    await withClient(async (client, { run }) => {
      expect(run.state).toBe('succeeded');
      // What it said in its last session is believed for two heartbeats.
      for (const end = performance.now() + 45_000; ; await sleep(200)) {
        const [jms] = (await client.agents({ type: 'jms' })).agents;
        if (jms?.reason?.includes('no message broker is configured') || performance.now() > end) {
          expect(jms?.reason).toContain('no message broker is configured');
          break;
        }
      }
      expect((await client.server()).broker.state).toBe('not-configured');
    });
    expect(await launcher.stop()).toBe(0);
  });
});

function occupy(port: number): Promise<Server> {
  return new Promise((settle) => {
    const server = createServer().listen(port, '127.0.0.1', () => settle(server));
  });
}

/** All programs of this machine but those that fetch packages. */
function pathWithoutPackages(): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const programs = ['/bin', '/usr/bin'].flatMap((path) => readdirSync(path).map((name) => join(path, name)));
  const byName = new Map([...programs, process.execPath].map((program) => [basename(program), program]));
  for (const [name, program] of byName) if (!/^(apt|rabbitmq)/.test(name)) symlinkSync(program, join(bin, name));
  return bin;
}
