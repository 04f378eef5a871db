import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  agentOfType,
  client,
  closeClient,
  logOf,
  processesOf,
  serverPid,
  untilEnded,
} from './installation/installation';

afterAll(closeClient);

const mebibytes = Number(process.env.E2E_LOG_MEBIBYTES ?? '50');
const steps = 5;

describe(`when ${steps} steps write ${mebibytes} MiB each at once`, () => {
  it.each(['web', 'jms'] as const)('every byte arrives and memory stays flat (%s agent)', async (type) => {
    const agent = agentOfType(type);
    const { monitor, worker } = await processesOf(agent);
    const pids = { server: await serverPid(), monitor, worker };
    const before = residentOf(pids);
    const names = Array.from({ length: steps }, (_, i) => `noisy-${i}`);
    const script = `f=$(mktemp); head -c ${mebibytes * 1024 * 1024} /dev/urandom > $f; cat $f; sha256sum < $f | cut -c1-64 >&2; rm $f`;
    const name = `noisy ${type}`;
    await client.saveProcess({ name, steps: names.map((step) => ({ name: step, inputs: { script } })) });
    const run = await client.startRun({ process: name, agents: { ids: [agent.id] } });
    const peaks = watchResident(pids);
    const ended = await untilEnded(run.id, 100_000);
    const peak = peaks.stop();
    expect(ended.state).toBe('succeeded');
    for (const step of names) {
      const one = { ...ended, items: ended.items.filter((item) => item.step === step) };
      const stdout = await logOf(one, agent.id);
      expect(stdout.length).toBe(mebibytes * 1024 * 1024);
      expect(createHash('sha256').update(stdout).digest('hex')).toBe(
        (await logOf(one, agent.id, 'stderr')).toString().trim(),
      );
    }
    for (const part of ['server', 'monitor', 'worker'] as const) {
      expect({ part, grownMiB: Math.max(0, peak[part] - before[part]) }).toEqual({
        part,
        grownMiB: expect.any(Number),
      });
      expect(peak[part] - before[part]).toBeLessThanOrEqual(64);
    }
  });
});

type Pids = Readonly<Record<'server' | 'monitor' | 'worker', number>>;

/** MiB of resident memory. */
function residentOf(pids: Pids): Record<keyof Pids, number> {
  const of = (pid: number): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  return { server: of(pids.server), monitor: of(pids.monitor), worker: of(pids.worker) };
}

function watchResident(pids: Pids): { stop(): Record<keyof Pids, number> } {
  const peak = residentOf(pids);
  const timer = setInterval(() => {
    const now = residentOf(pids);
    for (const part of ['server', 'monitor', 'worker'] as const) peak[part] = Math.max(peak[part], now[part]);
  }, 100);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}
