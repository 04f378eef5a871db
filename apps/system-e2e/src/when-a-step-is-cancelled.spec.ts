import { execFileSync } from 'node:child_process';
import { client, closeClient, ready, startShell, until, untilEnded, untilRunning } from './installation/installation';

afterAll(closeClient);

describe('when a run is cancelled', () => {
  it('kills the whole process tree, also children that hide in another session and ignore TERM', async () => {
    const mark = `longshore-e2e-${process.pid}`;
    const script = `setsid sh -c 'trap "" TERM; while :; do sleep 1; : ${mark}; done' & sh -c 'sleep 300; : ${mark}' & wait`;
    const run = await startShell({ script, agents: ready.agents });
    await untilRunning(run.id, ready.agents.length);
    await until('the children', 10_000, async () => count(mark) >= 4);
    await client.cancelRun(run.id);
    const ended = await untilEnded(run.id);
    expect(ended.state).toBe('cancelled');
    for (const { attempts } of ended.items) expect(attempts.at(-1)?.outcome).toBe('cancelled');
    expect(count(mark)).toBe(0);
  });
});

/** Processes whose command line carries the mark, this search not counted. */
function count(mark: string): number {
  const all = execFileSync('ps', ['-axo', 'args'], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(mark) && !line.includes('ps -axo')).length;
}
