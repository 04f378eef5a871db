import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { distFolder } from './installation/launcher';
import {
  client,
  closeClient,
  command,
  logOf,
  ready,
  serverPid,
  startShell,
  until,
  untilEnded,
  untilOnline,
  untilRunning,
} from './installation/installation';

afterAll(closeClient);

describe('when something is away for a while', () => {
  it('a run that was started while the agents were stopped is carried out when they return', async () => {
    for (const { home } of ready.agents) await command('agent', 'stop', '--home', home);
    const run = await startShell({ script: 'echo carried out', agents: ready.agents });
    await sleep(1_000);
    expect((await client.run(run.id)).items.map(({ state }) => state)).toEqual(ready.agents.map(() => 'active'));
    for (const { home } of ready.agents) startAgent(home);
    const ended = await untilEnded(run.id);
    for (const { id } of ready.agents) expect((await logOf(ended, id)).toString()).toBe('carried out\n');
    for (const agent of ready.agents) await untilOnline(agent);
  });

  it('a result that was made while the server was away arrives when it returns', async () => {
    const run = await startShell({ script: 'sleep 2; echo made meanwhile; exit 3', agents: ready.agents });
    await untilRunning(run.id, ready.agents.length);
    const pid = await serverPid();
    process.kill(pid, 'SIGSTOP');
    await sleep(4_000);
    process.kill(pid, 'SIGKILL');
    const ended = await untilEnded(run.id);
    for (const { agentId, attempts } of ended.items) {
      expect(attempts).toHaveLength(1);
      expect(attempts[0]).toMatchObject({ outcome: 'failed', exitCode: 3 });
      expect((await logOf(ended, agentId)).toString()).toBe('made meanwhile\n');
    }
  });

  it('says of a stopped agent that it is offline, and of which leg since when', async () => {
    const agent = ready.agents[0];
    if (agent === undefined) throw new Error('no agent');
    const seen = await client.agent(agent.id);
    expect(seen.control.lastRoundTripAgeMs).not.toBeNull();
    await until(
      'a fresh age',
      60_000,
      async () => ((await client.agent(agent.id)).control.lastRoundTripAgeMs ?? 1e9) < 20_000,
    );
  });
});

/** As somebody would start it again by hand; the launcher leaves an agent that was stopped on purpose alone. */
function startAgent(home: string): void {
  const args = [resolve(distFolder, 'agent/main.js'), 'run', '--home', home];
  spawn(process.execPath, args, { stdio: 'ignore', detached: true }).unref();
}
