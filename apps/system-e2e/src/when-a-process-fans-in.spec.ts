import { client, closeClient, command, ready, untilEnded } from './installation/installation';
import type { Run } from '@longshore/rest-contract';

afterAll(closeClient);

const process3 = {
  name: 'fan in',
  steps: [
    { name: 'left', inputs: { script: 'sleep 0.5; echo left' } },
    { name: 'right', inputs: { script: 'echo right' } },
    { name: 'join', needs: ['left', 'right'], inputs: { script: 'echo joined' } },
  ],
};

function expectFanIn(run: Run): void {
  expect(run.state).toBe('succeeded');
  const attemptsOf = (step: string) =>
    run.items.filter((item) => item.step === step).map(({ attempts }) => attempts[0]);
  const lastEnd = Math.max(
    ...['left', 'right'].flatMap(attemptsOf).map((attempt) => Date.parse(attempt?.endedAt ?? '')),
  );
  for (const attempt of attemptsOf('join')) expect(Date.parse(attempt?.queuedAt ?? '')).toBeGreaterThanOrEqual(lastEnd);
  expect(attemptsOf('join')).toHaveLength(ready.agents.length);
}

describe('when a process of three steps fans in over both agents', () => {
  it('over REST: the last step starts only when the others have ended on every agent', async () => {
    await client.saveProcess(process3);
    const run = await client.startRun({ process: 'fan in', agents: { ids: ready.agents.map(({ id }) => id) } });
    expectFanIn(await untilEnded(run.id));
  });

  it('by the command line, following its logs', async () => {
    const output = await command('cli', 'run', 'fan in', '--all', '--follow');
    for (const { id } of ready.agents) expect(output).toMatch(new RegExp(`${id}.*join.*\\| joined`));
    const { runs } = await client.runs({ limit: 1 });
    if (runs[0] === undefined) throw new Error('no run');
    expectFanIn(await client.run(runs[0].id));
  });
});
