import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import {
  client,
  closeClient,
  logOf,
  processesOf,
  ready,
  startShell,
  untilEnded,
  untilRunning,
} from './installation/installation';

afterAll(closeClient);

describe('when started on a fresh data folder', () => {
  it('says in a private file what automation needs', () => {
    expect(statSync(process.env.E2E_READY_FILE ?? '').mode & 0o777).toBe(0o600);
    expect(ready).toMatchObject({
      api: expect.stringMatching(/^https:/),
      admin: { user: 'admin', password: expect.stringMatching(/.{16,}/) },
      run: { state: 'succeeded' },
    });
    expect(ready.agents.map(({ type }) => type).sort()).toEqual(['jms', 'web']);
  });

  it('has run real processes on both agent types, with their logs', async () => {
    const run = await client.run(ready.run.id);
    expect(run.items).toHaveLength(6);
    for (const { attempts } of run.items) expect(attempts[0]).toMatchObject({ outcome: 'succeeded', exitCode: 0 });
    for (const { id } of ready.agents) {
      const onAgent = { ...run, items: run.items.filter(({ step }) => step === 'count') };
      expect((await logOf(onAgent, id)).toString()).toMatch(/^line 1 at .*\nline 2 at .*\nline 3 at .*\n$/);
    }
  });

  it('sees both agents online with both legs up', async () => {
    const { agents } = await client.agents();
    for (const agent of agents) {
      expect(agent).toMatchObject({ connection: 'online', control: { up: true }, http: { up: true } });
      expect(agent.control.transport).toBe(agent.type === 'web' ? 'websocket' : 'amqp');
    }
  });

  it('has no agent process that listens on a port', async () => {
    // A step host leaves when it has had nothing to do for a while.
    const run = await startShell({ script: 'sleep 4', agents: ready.agents });
    await untilRunning(run.id, ready.agents.length);
    const listening = execFileSync('ss', ['-ltnpH'], { encoding: 'utf8' });
    for (const agent of ready.agents) {
      const { monitor, worker } = await processesOf(agent);
      expect(monitor).toBeGreaterThan(0);
      expect(worker).toBeGreaterThan(0);
      for (const pid of [monitor, worker, ...stepHostsOf(agent.home)]) expect(listening).not.toContain(`pid=${pid},`);
    }
    expect((await untilEnded(run.id)).state).toBe('succeeded');
  });
});

function stepHostsOf(home: string): number[] {
  const all = execFileSync('pgrep', ['-f', 'step-host.main.js'], { encoding: 'utf8' }).trim().split('\n').map(Number);
  const ours = all.filter((pid) => environmentOf(pid).includes(home));
  expect(ours.length).toBeGreaterThan(0);
  return ours;
}

/** Nothing where the process has ended meanwhile: others leave while we look. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
