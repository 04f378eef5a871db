/** What a spec needs of the installation under test: its ready file, an API client, its processes, its agents. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AgentId, RunId } from '@longshore/protocol';
import { type Fetch, type LongshoreClient, createLongshoreClient } from '@longshore/rest-client';
import type { Run } from '@longshore/rest-contract';
import { createPinnedDispatcher } from '@longshore/tls';
import { fetch } from 'undici';
import { distFolder } from './launcher';

const execute = promisify(execFile);

export interface ReadyAgent {
  readonly id: AgentId;
  readonly name: string;
  readonly type: 'web' | 'jms';
  readonly home: string;
}

export interface Ready {
  readonly api: string;
  readonly console: string;
  readonly gateway: string;
  readonly fingerprint: string;
  readonly admin: { readonly user: string; readonly password: string };
  readonly token: string;
  readonly agents: readonly ReadyAgent[];
  readonly run: { readonly id: RunId; readonly state: string };
}

export const ready: Ready = JSON.parse(readFileSync(process.env.E2E_READY_FILE ?? '', 'utf8')) as Ready;
export const dataFolder = process.env.E2E_DATA_FOLDER ?? '';
const dispatcher = createPinnedDispatcher({ isPinned: (presented) => presented === ready.fingerprint });
export const pinnedFetch: Fetch = (url, init) => fetch(url, { ...init, dispatcher });
export const client: LongshoreClient = createLongshoreClient({
  server: ready.api,
  token: ready.token,
  fetch: pinnedFetch,
});
export const closeClient = (): Promise<void> => dispatcher.destroy();

export const agentOfType = (type: 'web' | 'jms'): ReadyAgent => {
  const found = ready.agents.find((agent) => agent.type === type);
  if (found === undefined) throw new Error(`the installation has no ${type} agent`);
  return found;
};

/** A command line of ours; answers with its output, throws with it when the exit code is not 0. */
export async function command(app: 'agent' | 'cli', ...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    LONGSHORE_SERVER: ready.api,
    LONGSHORE_TOKEN: ready.token,
    LONGSHORE_FINGERPRINT: ready.fingerprint,
  };
  const { stdout } = await execute(process.execPath, [resolve(distFolder, app, 'main.js'), ...args], {
    env,
    maxBuffer: 1 << 28,
  });
  return stdout;
}

export interface AgentProcesses {
  readonly monitor: number;
  readonly worker: number;
}

export async function processesOf(agent: ReadyAgent): Promise<AgentProcesses> {
  const status = JSON.parse(await command('agent', 'status', '--home', agent.home, '--json')) as {
    pids: { monitor: number; worker: number };
  };
  return status.pids;
}

/** The server's pid: the only child of the launcher that runs the server's program. */
export async function serverPid(): Promise<number> {
  const { stdout } = await execute('pgrep', ['-f', `${resolve(distFolder, 'server/main.js')}`]);
  const pids = stdout.trim().split('\n').map(Number);
  const ours = pids.filter((pid) => environmentOf(pid).includes(join(dataFolder, 'server-settings.json')));
  if (ours.length !== 1) throw new Error(`expected one server process, found ${ours.length}`);
  return ours[0] ?? 0;
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

export async function until<T>(
  what: string,
  withinMs: number,
  probe: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== null && found !== undefined && found !== false) return found;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`, { cause: lastError });
    await sleep(100);
  }
}

export const untilEnded = (id: RunId, withinMs = 60_000): Promise<Run> =>
  until(`the end of run ${id}`, withinMs, async () => {
    const run = await client.run(id);
    return run.state === 'running' ? null : run;
  });

export const untilOnline = (agent: ReadyAgent, withinMs = 60_000): Promise<unknown> =>
  until(`${agent.name} online`, withinMs, async () => (await client.agent(agent.id)).connection === 'online');

export interface ShellRun {
  readonly script: string;
  readonly agents: readonly ReadyAgent[];
}

let processNumber = 0;

/** Saves a process of one shell step under a fresh name and starts it. */
export async function startShell({ script, agents }: ShellRun): Promise<Run> {
  const name = `shell ${process.pid}-${(processNumber += 1)}`;
  await client.saveProcess({ name, steps: [{ name: 'step', inputs: { script } }] });
  return client.startRun({ process: name, agents: { ids: agents.map(({ id }) => id) } });
}

export async function logOf(run: Run, agentId: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<Buffer> {
  const item = run.items.find((candidate) => candidate.agentId === agentId);
  const attempt = item?.attempts.at(-1);
  if (attempt === undefined) throw new Error(`run ${run.id} has no attempt on ${agentId}`);
  const pieces: Uint8Array[] = [];
  for await (const { bytes } of client.followLog({ attemptId: attempt.id, stream })) pieces.push(bytes);
  return Buffer.concat(pieces);
}

/** Waits until a step has written its first line, so that a kill really hits it in the middle. */
export const untilRunning = (id: RunId, count: number): Promise<unknown> =>
  until(`${count} running steps`, 30_000, async () => {
    const { items } = await client.run(id);
    return items.filter(({ attempts }) => attempts.at(-1)?.state === 'running').length === count;
  });
