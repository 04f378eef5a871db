/** An agent that was forgotten, installed anew and pinned again: its work goes on where nobody had begun it. */
import { AgentCredentialStore } from '@longshore/persistence';
import { createIdentity } from '@longshore/pinning';
import { useDatabases } from '@longshore/testing';
import { keyToPin } from '../trust/agent-keys';
import { TestServer } from './testing/a-server';
import { ordersOf, type SimulatedAgent } from './testing/simulated-agent';

const aDatabase = useDatabases();
let server: TestServer;

beforeEach(async () => {
  server = await TestServer.open(await aDatabase());
});
afterEach(() => server.close());

const facts = { hostname: 'h', platform: 'linux', architecture: 'x64', cpus: 2, agentVersion: '0', nodeVersion: '24' };

async function pinAnew(agent: SimulatedAgent): Promise<void> {
  const { agentId } = agent;
  const key = keyToPin(createIdentity({ kind: 'agent', id: agentId }), 'sealing');
  await new AgentCredentialStore(server.database).pinAnew(agentId, key, facts);
  agent.fingerprint = key.fingerprint;
}

describe('an agent whose key was pinned anew', () => {
  it('begins with a new journal: commands from 1, what was begun unknown, what was not begun offered again', async () => {
    const former = await server.agent('a');
    await former.greet();
    const runId = await server.start([{ name: 'runs' }, { name: 'unheard' }]);
    const orders = ordersOf(await server.commands(former, 2));
    const running = orders.find(({ run }) => run.stepName === 'runs');
    if (running === undefined) throw new Error('there is no order');
    await former.send(former.started(running.attemptId));
    await former.say({ type: 'ack', body: { acks: [{ stream: 'commands', seq: 2 }] } });

    await pinAnew(former);
    const fresh = server.agentAgain('a');
    fresh.fingerprint = former.fingerprint;
    expect(await fresh.greet()).toBe('welcome');
    expect(fresh.grant?.epoch).toBe(2);
    const commands = await server.commands(fresh, 1);
    expect(ordersOf(commands).map(({ run, startEpoch }) => [run.stepName, startEpoch])).toEqual([['unheard', 2]]);
    expect(commands.map(({ seq }) => seq)).toEqual([1]);
    expect(server.channels.web.lastWord(fresh.agentId, 'welcome')?.body.held.commands).toMatchObject({
      lowest: 1,
      highest: 1,
    });
    expect((await server.picture(runId))[0]).toBe('runs@a: unknown');
    expect(await former.greet()).toBe('bye');
  });

  it('goes on with the journal that it kept', async () => {
    const agent = await server.agent('a');
    await agent.greet();
    const runId = await server.start([{ name: 'runs' }]);
    const [order] = ordersOf(await server.commands(agent, 1));
    if (order === undefined) throw new Error('there is no order');
    await agent.send(agent.started(order.attemptId));
    agent.openAttempts.push({ attemptId: order.attemptId, phase: 'started' });
    agent.received = 1;
    await pinAnew(agent);
    expect(await agent.greet()).toBe('welcome');
    expect(server.channels.web.lastWord(agent.agentId, 'welcome')?.body.attempts).toEqual([
      { attemptId: order.attemptId, decision: 'continue' },
    ]);
    expect(await server.picture(runId)).toEqual(['runs@a: active']);
  });

  it('is not spoken for by its former key, whose word was proved a moment before', async () => {
    const agent = await server.agent('a');
    await agent.greet();
    await server.start([{ name: 'runs' }]);
    const [order] = ordersOf(await server.commands(agent, 1));
    if (order === undefined) throw new Error('there is no order');
    const formerKey = agent.fingerprint;
    await pinAnew(agent);
    const currentKey = agent.fingerprint;
    agent.fingerprint = formerKey;
    expect(await agent.greet()).toBe('bye');
    expect((await agent.send(agent.started(order.attemptId))).acks).toEqual([]);
    const kept = await server.database.query('SELECT incarnation, quarantine, sealing_key FROM agents');
    expect(kept).toEqual([{ incarnation: null, quarantine: null, sealing_key: 'sealing' }]);
    agent.fingerprint = currentKey;
    expect(await agent.greet()).toBe('welcome');
  });

  it('is no clone when a broker brings back a hello of long ago', async () => {
    const agent = await server.agent('a');
    const old = agent.hello({});
    await server.delivery.intake.receiveWord(agent.peer, old);
    agent.grant = server.channels.web.lastWord(agent.agentId, 'welcome')?.body.grant ?? null;
    await agent.greet();
    await server.delivery.intake.receiveWord(agent.peer, old);
    expect(await server.database.query('SELECT quarantine, epoch FROM agents')).toEqual([
      { quarantine: null, epoch: 2 },
    ]);
    expect(await agent.greet()).toBe('welcome');
  });

  it('gets no work before it has said which journal it has', async () => {
    const agent = await server.agent('a');
    await agent.greet();
    await pinAnew(agent);
    await server.start([{ name: 'waits' }]);
    await server.delivery.dispatcher.sweep();
    expect((await server.attempts()).map(({ state }) => state)).toEqual(['queued']);
    await agent.greet();
    expect(ordersOf(await server.commands(agent, 1))).toHaveLength(1);
  });
});
