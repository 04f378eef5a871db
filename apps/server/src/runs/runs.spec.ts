import { InputInvalidError } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { TestServer } from '../delivery/testing/a-server';
import { ordersOf, type SimulatedAgent } from '../delivery/testing/simulated-agent';

const aDatabase = useDatabases();
let server: TestServer;

beforeEach(async () => {
  server = await TestServer.open(await aDatabase());
});
afterEach(() => server.close());

async function greeted(name: string, tags: string[] = []): Promise<SimulatedAgent> {
  const agent = await server.agent(name, { tags });
  await agent.greet();
  return agent;
}

/** The next orders of an agent, its cursor moved on. */
async function nextOrders(agent: SimulatedAgent, atLeast = 1) {
  const commands = await server.commands(agent, atLeast);
  agent.received = commands.at(-1)?.seq ?? agent.received;
  return ordersOf(commands);
}

describe('a run', () => {
  it('carries a fan-in over two agents out to its end', async () => {
    const [a, b] = [await greeted('a'), await greeted('b')];
    const runId = await server.start([{ name: 'build' }, { name: 'deploy', needs: ['build'] }]);
    const [[orderA], [orderB]] = [await nextOrders(a), await nextOrders(b)];
    if (orderA === undefined || orderB === undefined) throw new Error('there are no orders');
    await a.carryOut(orderA);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await server.delivery.commands.readCommands(a.agentId, a.received, 10)).toEqual([]);
    await b.carryOut(orderB);
    for (const agent of [a, b]) {
      for (const order of await nextOrders(agent)) await agent.carryOut(order);
    }
    await server.untilRun(runId, 'succeeded');
    expect(await server.picture(runId)).toEqual([
      'build@a: succeeded',
      'build@b: succeeded',
      'deploy@a: succeeded',
      'deploy@b: succeeded',
    ]);
    expect((await server.reads.list(10, null)).map(({ counts }) => counts)).toEqual([
      { total: 4, ended: 4, failed: 0 },
    ]);
  });

  it('skips what needs a failed step and fails', async () => {
    const agent = await greeted('a');
    const runId = await server.start([
      { name: 'build' },
      { name: 'deploy', needs: ['build'] },
      { name: 'verify', needs: ['deploy'] },
    ]);
    const [order] = await nextOrders(agent);
    if (order === undefined) throw new Error('there is no order');
    await agent.carryOut(order, { outcome: 'failed', exitCode: 3, reason: 'exit code 3' });
    await server.untilRun(runId, 'failed');
    expect(await server.picture(runId)).toEqual(['build@a: failed', 'deploy@a: skipped', 'verify@a: skipped']);
    const attempt = (await server.reads.find(runId))?.items[0]?.attempts[0];
    expect(attempt).toMatchObject({ number: 1, state: 'ended', exitCode: 3, reason: 'exit code 3' });
  });

  it('that is cancelled ends what waits at once and tells agents to stop the rest', async () => {
    const agent = await server.agent('a');
    await agent.greet({ maxParallel: 1 });
    const runId = await server.start([
      { name: 'running' },
      { name: 'offered' },
      { name: 'queued' },
      { name: 'later', needs: ['running'] },
    ]);
    const orders = await nextOrders(agent, 2);
    const [first, second] = orders;
    if (first === undefined || second === undefined) throw new Error('orders are missing');
    await agent.send(agent.accepted(first.attemptId), agent.started(first.attemptId));
    expect(await server.engine.cancel(runId, 'enough')).toBe(true);
    const cancels = await server.commands(agent, 2);
    expect(cancels.map(({ type, body }) => [type, body.attemptId]).sort()).toEqual(
      [first, second].map(({ attemptId }) => ['step.cancel', attemptId]).sort(),
    );
    agent.received = cancels.at(-1)?.seq ?? 0;
    expect(await server.engine.cancel(runId, 'enough')).toBe(true);
    await agent.send(
      agent.ended(second, { outcome: 'not-started', exitCode: null }),
      agent.ended(first, { outcome: 'cancelled', exitCode: null }),
    );
    await server.untilRun(runId, 'cancelled');
    const outcomes = (await server.picture(runId)).map((line) => line.split(': ')[1]).sort();
    expect(outcomes).toEqual(['cancelled', 'not-started', 'not-started', 'skipped']);
    expect(await server.delivery.commands.readCommands(agent.agentId, agent.received, 10)).toEqual([]);
    expect(await server.engine.cancel(runId, 'enough')).toBe(false);
  });

  it('that no agent has heard of is cancelled without any', async () => {
    await server.agent('a');
    const runId = await server.start([{ name: 'only' }]);
    await server.engine.cancel(runId, 'enough');
    expect((await server.reads.find(runId))?.state).toBe('cancelled');
    expect(await server.attempts()).toEqual([{ state: 'ended', outcome: 'not-started' }]);
  });

  it('does not offer a cancelled attempt anew', async () => {
    const agent = await greeted('a');
    const runId = await server.start([{ name: 'only' }]);
    await nextOrders(agent);
    await server.engine.cancel(runId, 'enough');
    const cancels = await server.commands(agent, 1);
    agent.received = 0;
    await agent.greet();
    const after = await server.delivery.commands.readCommands(agent.agentId, cancels.at(-1)?.seq ?? 0, 10);
    expect(after).toEqual([]);
  });

  it('goes on where it stood when the server was killed after recording a result', async () => {
    const agent = await greeted('a');
    const runId = await server.start([{ name: 'build' }, { name: 'deploy', needs: ['build'] }]);
    const [order] = await nextOrders(agent);
    if (order === undefined) throw new Error('there is no order');
    await server.engine.stop();
    await agent.carryOut(order);
    expect(await server.picture(runId)).toEqual(['build@a: active', 'deploy@a: waiting']);

    const next = await TestServer.open(server.database.pool.options.connectionString ?? '');
    try {
      await next.engine.lookAtAll();
      const [command] = await next.commands(agent, 1);
      expect(command?.body).toMatchObject({ run: { runId, stepName: 'deploy' } });
    } finally {
      await next.close();
    }
  });

  it('keeps its definition when the process changes, and equal saves make one version', async () => {
    const agent = await greeted('a');
    const first = await server.start([{ name: 'one' }]);
    await server.start([{ name: 'one' }]);
    const third = await server.start([{ name: 'two' }]);
    const runs = await server.reads.list(10, null);
    expect(runs.map(({ processVersion }) => processVersion)).toEqual([2, 1, 1]);
    expect(runs[0]?.id).toBe(third);
    expect((await server.reads.list(10, runs[1]?.id ?? null)).map(({ id }) => id)).toEqual([first]);
    expect((await nextOrders(agent, 3)).map(({ run }) => run.stepName)).toEqual(['one', 'one', 'two']);
  });
});

describe('the choice of agents', () => {
  it('goes by all, ids and tags, and a step may narrow it', async () => {
    await server.agent('a', { tags: ['web'] });
    await server.agent('b', { tags: ['db', 'web'] });
    await server.agent('c', { approved: false });
    const steps = [{ name: 'x' }, { name: 'y', agents: { tags: ['db'] } }];
    expect(await server.picture(await server.start(steps))).toEqual(['x@a: active', 'x@b: active', 'y@b: active']);
    expect(await server.picture(await server.start(steps, { ids: ['b'] }))).toEqual(['x@b: active', 'y@b: active']);
    expect(await server.picture(await server.start([{ name: 'x' }], { tags: ['web'] }))).toEqual([
      'x@a: active',
      'x@b: active',
    ]);
  });

  it.each([
    ['an unknown id', { ids: ['a', 'nobody'] }, 'agents.ids.1: there is no approved agent "nobody"'],
    ['a tag that nobody carries', { tags: ['none'] }, 'agents: select no approved agent'],
    ['a step left without an agent', { ids: ['a'] }, 'agents: leave step "y" without an agent'],
  ])('refuses %s and makes nothing', async (_, agents, message) => {
    await server.agent('a');
    await server.agent('b', { tags: ['db'] });
    const starting = server.start([{ name: 'x' }, { name: 'y', agents: { tags: ['db'] } }], agents);
    await expect(starting).rejects.toThrow(InputInvalidError);
    await expect(starting).rejects.toThrow(message);
    expect(await server.reads.list(10, null)).toEqual([]);
  });
});
