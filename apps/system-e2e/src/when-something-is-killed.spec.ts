import {
  type AgentProcesses,
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

const pidsOfAgents = async (part: (pids: AgentProcesses) => number[]): Promise<number[]> =>
  (await Promise.all(ready.agents.map(processesOf))).flatMap(part);

const victims: [string, () => Promise<number[]>][] = [
  ['the workers', () => pidsOfAgents(({ worker }) => [worker])],
  ['the monitors', () => pidsOfAgents(({ monitor }) => [monitor])],
  ['monitors and workers together', () => pidsOfAgents(({ monitor, worker }) => [monitor, worker])],
  ['the server', async () => [await serverPid()]],
  ['all of them', async () => [await serverPid(), ...(await pidsOfAgents(({ monitor, worker }) => [monitor, worker]))]],
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
});
