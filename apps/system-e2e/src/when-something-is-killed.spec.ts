import {
  client,
  closeClient,
  logOf,
  processesOf,
  ready,
  serverPid,
  startShell,
  untilEnded,
  untilRunning,
} from './installation/installation';

afterAll(closeClient);

const lines = 24;
const script = `for i in $(seq ${lines}); do echo "line $i"; sleep 0.25; done; exit 7`;
const wholeLog = Array.from({ length: lines }, (_, i) => `line ${i + 1}\n`).join('');

const victims: [string, () => Promise<number[]>][] = [
  ['the workers', () => Promise.all(ready.agents.map(async (agent) => (await processesOf(agent)).worker))],
  ['the server', async () => [await serverPid()]],
];

describe('when something is killed in the middle of a step', () => {
  it.each(victims)('%s: the step ends once, with its whole log and its true exit code', async (_name, pidsOf) => {
    const run = await startShell({ script, agents: ready.agents });
    await untilRunning(run.id, ready.agents.length);
    for (const pid of await pidsOf()) process.kill(pid, 'SIGKILL');
    const ended = await untilEnded(run.id);
    for (const { agentId, attempts } of ended.items) {
      expect(attempts).toHaveLength(1);
      expect(attempts[0]).toMatchObject({ outcome: 'failed', exitCode: 7, signal: null });
      expect((await logOf(ended, agentId)).toString()).toBe(wholeLog);
    }
  });

  it('monitor and worker together: the step host carries the step, the next monitor reports it', async () => {
    const run = await startShell({ script, agents: ready.agents });
    await untilRunning(run.id, ready.agents.length);
    for (const agent of ready.agents) {
      const { monitor, worker } = await processesOf(agent);
      process.kill(monitor, 'SIGKILL');
      process.kill(worker, 'SIGKILL');
    }
    const ended = await untilEnded(run.id);
    for (const { agentId, attempts } of ended.items) {
      expect(attempts).toHaveLength(1);
      expect(attempts[0]).toMatchObject({ outcome: 'failed', exitCode: 7 });
      expect((await logOf(ended, agentId)).toString()).toBe(wholeLog);
    }
    expect((await client.run(run.id)).state).toBe('failed');
  });
});
