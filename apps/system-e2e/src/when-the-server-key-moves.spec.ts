import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AgentId } from '@longshore/protocol';
import { createLongshoreClient, type Fetch, type LongshoreClient } from '@longshore/rest-client';
import { createPinnedDispatcher } from '@longshore/tls';
import { fetch } from 'undici';
import { type Ready, type ReadyAgent, until } from './installation/installation';
import { distFolder, Launcher } from './installation/launcher';

/** An installation of its own: afterwards its key is another than the one its ready file names. */
const folder = mkdtempSync(join(tmpdir(), 'longshore-keys-'));
const launcher = new Launcher({
  dataFolder: join(folder, 'data'),
  portBase: 21_643,
  readyFile: join(folder, 'ready.json'),
});
const pinned: string[] = [];
const dispatcher = createPinnedDispatcher({ isPinned: (presented) => pinned.includes(presented) });
const pinnedFetch: Fetch = (url, init) => fetch(url, { ...init, dispatcher });
let ready: Ready;
let client: LongshoreClient;

beforeAll(async () => {
  await launcher.start();
  ready = JSON.parse(readFileSync(launcher.plan.readyFile, 'utf8')) as Ready;
  pinned.push(ready.fingerprint);
  client = createLongshoreClient({ server: ready.api, token: ready.token, fetch: pinnedFetch });
});
afterAll(async () => {
  // The launcher no longer watches over those that were started by hand.
  for (const { home } of ready.agents) execFileSync(process.execPath, agentProgram('stop', '--home', home));
  await dispatcher.destroy();
  await launcher.stop();
  rmSync(folder, { recursive: true, force: true });
});

const agentProgram = (...args: string[]): string[] => [resolve(distFolder, 'agent/main.js'), ...args];
const untilOnline = (id: AgentId): Promise<unknown> =>
  until(`${id} online`, 60_000, async () => (await client.agent(id)).connection === 'online');

/** The spec learns of the next key as an operator does: from the server, before it moves. */
async function rotate(emergency = false): Promise<string> {
  const { nextCommitment } = await client.serverKeys();
  pinned.push(nextCommitment);
  await client.rotateServerKey({ emergency }).catch(() => undefined);
  await until('the new key', 20_000, async () => (await client.serverKeys()).fingerprint === nextCommitment);
  return nextCommitment;
}

const pinOf = ({ home }: ReadyAgent): string =>
  (JSON.parse(readFileSync(join(home, 'conf/agent.json'), 'utf8')) as { server: { current: string } }).server.current;

async function runOn(ids: readonly AgentId[]): Promise<string> {
  await client.saveProcess({ name: 'still here', steps: [{ name: 'say', inputs: { script: 'echo yes' } }] });
  const run = await client.startRun({ process: 'still here', agents: { ids: [...ids] } });
  const ended = await until('the run', 60_000, async () => {
    const now = await client.run(run.id);
    return now.state === 'running' ? null : now;
  });
  return ended.state;
}

describe('when the server’s key moves', () => {
  it('agents that are there follow without anybody touching a host', async () => {
    const next = await rotate();
    for (const agent of ready.agents)
      await until(`${agent.id} to pin the new key`, 60_000, async () => pinOf(agent) === next);
    for (const { id } of ready.agents) await untilOnline(id);
    expect(await runOn(ready.agents.map(({ id }) => id))).toBe('succeeded');
  });

  it('agents that were off through two rotations come back by themselves, one of them with a key of its own anew', async () => {
    for (const { home } of ready.agents) execFileSync(process.execPath, agentProgram('stop', '--home', home));
    const [pinnedAnew] = ready.agents;
    if (pinnedAnew === undefined) throw new Error('no agent');
    await client.forgetCertificate(pinnedAnew.id);
    execFileSync(process.execPath, agentProgram('re-pin', '--home', pinnedAnew.home, '--new-key'));
    const before = ready.agents.map(pinOf);
    await rotate();
    const newest = await rotate();
    expect(ready.agents.map(pinOf)).toEqual(before);
    for (const { home } of ready.agents)
      spawn(process.execPath, agentProgram('run', '--home', home), { stdio: 'ignore', detached: true }).unref();
    for (const { id } of ready.agents) await untilOnline(id);
    expect(ready.agents.map(pinOf)).toEqual(ready.agents.map(() => newest));
    expect(await runOn(ready.agents.map(({ id }) => id))).toBe('succeeded');
  });

  it('an emergency rotation revokes the install tokens that carry the stolen key, and agents come back', async () => {
    await client.createInstallToken({});
    const newest = await rotate(true);
    expect((await client.installTokens()).tokens).toEqual([]);
    for (const agent of ready.agents)
      await until(`${agent.id} to pin the newest key`, 60_000, async () => pinOf(agent) === newest);
    for (const { id } of ready.agents) await untilOnline(id);
    expect(await runOn(ready.agents.map(({ id }) => id))).toBe('succeeded');
  });
});
