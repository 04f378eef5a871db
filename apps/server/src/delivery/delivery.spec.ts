import type { AttemptId, EventMessage, MessageId, RunStep } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { randomUUID } from 'node:crypto';
import { TestServer, until } from './testing/a-server';
import { ordersOf, type SimulatedAgent } from './testing/simulated-agent';

const aDatabase = useDatabases();
let server: TestServer;

beforeEach(async () => {
  server = await TestServer.open(await aDatabase());
});
afterEach(() => server.close());

const oneStep = [{ name: 'only' }];

async function aRunningAttempt(agent: SimulatedAgent): Promise<RunStep> {
  await agent.greet();
  await server.start(oneStep, { ids: [agent.agentId] });
  const [order] = ordersOf(await server.commands(agent, 1));
  if (order === undefined) throw new Error('there is no order');
  return order;
}

describe('commands', () => {
  it('are numbered once the agent has had a session, and name its epoch', async () => {
    const agent = await server.agent('a');
    const runId = await server.start(oneStep);
    await server.delivery.dispatcher.sweep();
    expect(await server.delivery.commands.readCommands(agent.agentId, 0, 10)).toEqual([]);
    await agent.greet();
    const [command] = await server.commands(agent, 1);
    expect(command).toMatchObject({
      type: 'step.run',
      seq: 1,
      stream: 'commands',
      epoch: 1,
      agentId: 'a',
      incarnation: agent.incarnation,
    });
    expect(command?.body).toMatchObject({
      startEpoch: 1,
      run: { runId, processName: 'p', stepName: 'only' },
      inputs: { script: 'true', interpreter: 'sh' },
    });
  });

  it('fill the slots and a small window, and no more', async () => {
    const agent = await server.agent('a');
    await agent.greet({ maxParallel: 4 });
    await server.start(Array.from({ length: 12 }, (_, index) => ({ name: `s${index}` })));
    const first = ordersOf(await server.commands(agent, 5));
    expect(first).toHaveLength(5);
    agent.received = 5;
    for (const order of first.slice(0, 2)) await agent.carryOut(order);
    expect(ordersOf(await server.commands(agent, 2))).toHaveLength(2);
    const states = await server.attempts();
    expect(states.filter(({ state }) => state === 'queued')).toHaveLength(5);
  });

  it('are numbered without gap or double when many wakes and two servers work on them', async () => {
    const other = await TestServer.open(server.database.pool.options.connectionString ?? '');
    try {
      const agent = await server.agent('a');
      await agent.greet({ maxParallel: 40 });
      await server.start(Array.from({ length: 30 }, (_, index) => ({ name: `s${index}` })));
      await Promise.all([server, other].map(({ delivery }) => delivery.dispatcher.sweep()));
      const commands = await server.commands(agent, 30);
      expect(commands.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      expect(new Set(ordersOf(commands).map(({ attemptId }) => attemptId)).size).toBe(30);
    } finally {
      await other.close();
    }
  });

  it('go to the wire, and again at hello when the wire failed', async () => {
    await server.agent('j', { type: 'jms' });
    const quiet = await TestServer.open(server.database.pool.options.connectionString ?? '', () => undefined);
    try {
      const agentThere = quiet.agentAgain('j', 'jms');
      await agentThere.greet();
      quiet.channels.jms.broken = true;
      await quiet.start(oneStep);
      await quiet.commands(agentThere, 1);
      expect(quiet.channels.jms.delivered).toEqual([]);
      quiet.channels.jms.broken = false;
      await agentThere.greet();
      // The first order, and the same attempt offered anew in the new epoch.
      await until('delivery', async () => (quiet.channels.jms.delivered.length === 2 ? true : null));
      expect(
        ordersOf(quiet.channels.jms.delivered.map(({ command }) => command)).map(({ startEpoch }) => startEpoch),
      ).toEqual([1, 2]);
    } finally {
      await quiet.close();
    }
  });

  it('go out again when a JMS agent that is there has not acknowledged them for long', async () => {
    const agent = await server.agent('j', { type: 'jms' });
    await agent.greet();
    await server.start(oneStep);
    await until('delivery', async () => (server.channels.jms.delivered.length === 1 ? true : null));
    await server.delivery.dispatcher.deliverOverdue(60_000);
    expect(server.channels.jms.delivered).toHaveLength(1);
    await server.delivery.dispatcher.deliverOverdue(0);
    expect(server.channels.jms.delivered.map(({ command }) => command.seq)).toEqual([1, 1]);
    await agent.say({ type: 'ack', body: { acks: [{ stream: 'commands', seq: 1 }] } });
    await server.delivery.dispatcher.deliverOverdue(0);
    expect(server.channels.jms.delivered).toHaveLength(2);
  });

  it('that cannot be made for one agent are made for the others', async () => {
    const lines: string[] = [];
    const quiet = await TestServer.open(server.database.pool.options.connectionString ?? '', (line) =>
      lines.push(line),
    );
    try {
      for (const name of ['a', 'b']) {
        await server.agent(name);
        await quiet.agentAgain(name).greet();
      }
      const [broken] = [
        await server.start(oneStep, { ids: ['a'] }),
        await server.start([{ name: 'fine' }], { ids: ['b'] }),
      ];
      await until('offers', async () =>
        (await server.attempts()).every(({ state }) => state === 'offered') ? true : null,
      );
      await server.database.query(`UPDATE attempts SET state = 'queued'`);
      await server.database.query(`UPDATE runs SET definition = jsonb_set(definition, '{steps}', '[]') WHERE id = $1`, [
        broken,
      ]);
      await quiet.delivery.dispatcher.sweep();
      await until('the other offer', async () =>
        (await server.attempts()).some(({ state }) => state === 'offered') ? true : null,
      );
      expect((await server.attempts()).map(({ state }) => state).sort()).toEqual(['offered', 'queued']);
      await quiet.delivery.dispatcher.stop();
      expect(lines).toEqual(['no work could be offered to a']);
    } finally {
      await quiet.close();
    }
  });

  it('are forgotten once acknowledged and old, but never the newest', async () => {
    const agent = await server.agent('a');
    await agent.greet({ maxParallel: 8 });
    await server.start([{ name: 'x' }, { name: 'y' }, { name: 'z' }]);
    await server.commands(agent, 3);
    await agent.say({ type: 'ack', body: { acks: [{ stream: 'commands', seq: 2 }] } });
    await agent.say({ type: 'ack', body: { acks: [{ stream: 'commands', seq: 99 }] } });
    await server.database.query(`UPDATE outbox SET created_at = now() - interval '2 days'`);
    await server.delivery.upkeep.prune();
    expect((await server.delivery.commands.readCommands(agent.agentId, 0, 10)).map(({ seq }) => seq)).toEqual([3]);
    expect(await server.refusals()).toEqual(['SERVER_ROLLED_BACK']);
  });
});

describe('sessions', () => {
  it('offer anew what has not started, in the new epoch, and let the rest go on', async () => {
    const agent = await server.agent('a');
    await agent.greet();
    await server.start([{ name: 'waits' }, { name: 'runs' }, { name: 'unheard' }]);
    const orders = ordersOf(await server.commands(agent, 3));
    const [waits, runs, unheard] = ['waits', 'runs', 'unheard'].map((name) =>
      orders.find(({ run }) => run.stepName === name),
    );
    if (waits === undefined || runs === undefined || unheard === undefined) throw new Error('orders are missing');
    await agent.send(agent.accepted(waits.attemptId), agent.started(runs.attemptId));
    agent.openAttempts.push(
      { attemptId: waits.attemptId, phase: 'accepted' },
      { attemptId: runs.attemptId, phase: 'started' },
    );
    agent.received = 3;
    expect(await agent.greet()).toBe('welcome');
    const again = ordersOf(await server.commands(agent, 2));
    expect(again.map(({ run }) => run.stepName).sort()).toEqual(['unheard', 'waits']);
    expect(again.every(({ startEpoch }) => startEpoch === 2)).toBe(true);
    const welcome = server.channels.web.lastWord(agent.agentId, 'welcome');
    expect(welcome?.body.attempts.map(({ decision }) => decision)).toEqual(['continue', 'continue']);
    expect(welcome?.body.received.control.highest).toBe(2);
    expect(welcome?.body.held.commands).toMatchObject({ lowest: 1, highest: 5 });
  });

  it('give one of two concurrent hellos the session and quarantine the other', async () => {
    const agent = await server.agent('a');
    await agent.greet();
    const clone = server.agentAgain('a');
    Object.assign(clone, { incarnation: agent.incarnation, grant: agent.grant, journalSeq: agent.journalSeq });
    const results = await Promise.all([agent.greet(), clone.greet()]);
    expect(results.sort()).toEqual(['bye', 'welcome']);
    const rows = await server.database.query(`SELECT quarantine, epoch FROM agents`);
    expect(rows).toEqual([{ quarantine: 'duplicate-identity', epoch: 2 }]);
    expect(await agent.greet()).toBe('bye');
    expect(server.channels.web.lastWord(agent.agentId, 'bye')?.body.reason).toBe('duplicate-identity');
  });

  it('go on when the welcome was lost, and repeat it for the same hello', async () => {
    const agent = await server.agent('a');
    await agent.greet();
    await agent.greetInVain();
    expect(await agent.greet()).toBe('welcome');
    expect(agent.grant?.epoch).toBe(3);
    const id = randomUUID() as MessageId;
    await agent.greet({}, id);
    const { grant } = agent;
    await agent.greet({}, id);
    expect(agent.grant).toEqual(grant);
  });

  it('are refused to agents that wait for approval or are unknown', async () => {
    const agent = await server.agent('a', { approved: false });
    expect(await agent.greet()).toBe('bye');
    expect(server.channels.web.lastWord(agent.agentId, 'bye')?.body.reason).toBe('awaiting-approval');
    const stranger = server.agentAgain('nobody');
    expect(await stranger.greet()).toBe('bye');
    expect(server.channels.web.lastWord(stranger.agentId, 'bye')?.body.reason).toBe('removed');
  });

  it('answer a report of the newest session with an empty acknowledgement, others not at all', async () => {
    const agent = await server.agent('a');
    await agent.greet();
    const status = {
      maxParallel: 6,
      running: 0,
      waiting: 0,
      worker: 'running',
      diskFreeBytes: null,
      httpRoundTripAgeMs: null,
      uptimeMs: 1,
      refusesWork: null,
    } as const;
    await agent.say({ type: 'agent.status', body: status });
    await server.delivery.statuses.flush();
    const ack = server.channels.web.lastWord(agent.agentId, 'ack');
    expect(ack).toMatchObject({ body: { acks: [] }, epoch: 1 });
    expect(ack?.inReplyTo).toBeDefined();
    const [row] = await server.database.query<object>('SELECT status, control_address FROM agent_presence');
    expect(row).toEqual({ status, control_address: '127.0.0.1:1' });
    await server.delivery.intake.receiveWord(agent.peer, agent.lastWord);
    await server.delivery.statuses.flush();
    expect(server.channels.web.words.filter(({ message }) => message.type === 'ack')).toHaveLength(1);
    agent.grant = { epoch: 9, nonce: 'of another session' };
    await agent.say({ type: 'agent.status', body: status });
    await server.delivery.statuses.flush();
    expect(server.channels.web.words.filter(({ message }) => message.type === 'ack')).toHaveLength(1);
  });
});

describe('events', () => {
  it('count once, however often and in whatever order they come', async () => {
    const agent = await server.agent('a');
    const order = await aRunningAttempt(agent);
    const [accepted, started, ended] = [
      agent.accepted(order.attemptId),
      agent.started(order.attemptId),
      agent.ended(order),
    ];
    expect((await agent.send(started)).acks).toEqual([]);
    expect((await server.attempts())[0]?.state).toBe('offered');
    expect((await agent.send(ended, ended)).acks).toEqual([{ stream: 'work', seq: 1 }]);
    expect((await agent.send(accepted)).acks).toEqual([{ stream: 'control', seq: 2 }]);
    const repeated = await Promise.all([agent.send(accepted, started), agent.send(ended), agent.send(started)]);
    expect(repeated.map(({ acks }) => acks[0]?.seq)).toEqual([2, 1, 2]);
    expect(await server.attempts()).toEqual([{ state: 'ended', outcome: 'succeeded' }]);
    expect(await server.database.query('SELECT stream, seq, applied FROM inbox ORDER BY stream, seq')).toEqual([
      { stream: 'control', seq: 1, applied: true },
      { stream: 'control', seq: 2, applied: true },
      { stream: 'work', seq: 1, applied: true },
    ]);
    expect(await server.refusals()).toEqual([]);
  });

  it('under a used number quarantine the agent, and nothing of it is acknowledged any more', async () => {
    const agent = await server.agent('a');
    const order = await aRunningAttempt(agent);
    await agent.send(agent.accepted(order.attemptId));
    const other: EventMessage = agent.event(
      'step.started',
      { attemptId: order.attemptId, pid: 1, startedAt: new Date().toISOString() },
      1,
    );
    await agent.send(other);
    expect(await server.database.query('SELECT quarantine FROM agents')).toEqual([{ quarantine: 'agent-rolled-back' }]);
    expect(await server.refusals()).toEqual(['AGENT_ROLLED_BACK']);
    expect(server.channels.web.lastWord(agent.agentId, 'bye')?.body.reason).toBe('agent-rolled-back');
    expect(await agent.send(agent.ended(order))).toEqual({ acks: [], refused: [] });
    expect((await server.attempts())[0]?.state).toBe('accepted');
  });

  it('give one verdict: a second, a fenced and a foreign one are kept and shown, and change nothing', async () => {
    const agent = await server.agent('a');
    const thief = await server.agent('b');
    await thief.greet();
    const order = await aRunningAttempt(agent);
    await thief.send(thief.ended(order, { outcome: 'failed' }));
    expect((await server.attempts())[0]?.outcome).toBeNull();
    await agent.send(agent.ended(order));
    await agent.send(agent.ended(order, { outcome: 'failed' }));
    expect(await server.attempts()).toEqual([{ state: 'ended', outcome: 'succeeded' }]);
    const fenced = (
      await server.database.query<{ id: AttemptId }>(
        `UPDATE attempts SET state = 'running', outcome = NULL, fenced = true RETURNING id`,
      )
    )[0];
    await agent.send(agent.ended({ ...order, attemptId: fenced?.id ?? order.attemptId }));
    expect((await server.attempts())[0]?.state).toBe('running');
    expect(await server.refusals()).toEqual(['ATTEMPT_UNKNOWN', 'VERDICT_LATE', 'VERDICT_LATE']);
  });

  it('with characters that cannot be stored are stored without them', async () => {
    const agent = await server.agent('a');
    const order = await aRunningAttempt(agent);
    await agent.send(agent.ended(order, { outcome: 'failed', reason: 'a\0b \ud800 \\u0000', outputs: { 'k\0': 'v' } }));
    const [row] = await server.database.query<object>('SELECT reason, outputs FROM attempts');
    expect(row).toEqual({ reason: 'a\ufffdb \ufffd \\u0000', outputs: { 'k\ufffd': 'v' } });
  });

  it('that the store refuses fail for their sender alone', async () => {
    const [agent, other] = [await server.agent('a'), await server.agent('b')];
    const orders = [await aRunningAttempt(agent), await aRunningAttempt(other)] as const;
    const beyondItsColumn = { ...agent.accepted(orders[0].attemptId), seq: 2 ** 63 };
    const results = await Promise.allSettled([agent.send(beyondItsColumn), other.carryOut(orders[1])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((await server.attempts()).map(({ state }) => state).sort()).toEqual(['ended', 'offered']);
  });

  it('over a broker are acknowledged by a word', async () => {
    const agent = await server.agent('j', { type: 'jms' });
    const order = await aRunningAttempt(agent);
    await agent.send(agent.accepted(order.attemptId), agent.started(order.attemptId));
    expect(server.channels.jms.lastWord(agent.agentId, 'ack')?.body.acks).toEqual([{ stream: 'control', seq: 2 }]);
  });

  it('keep exit code, signal, outputs and the evidence of a crash', async () => {
    const agent = await server.agent('a');
    const order = await aRunningAttempt(agent);
    const crash = { exitCode: null, signal: 'SIGKILL', attempts: [order.attemptId], lastLines: ['boom'] };
    await agent.send(agent.event('worker.crashed', crash));
    await agent.send(
      agent.ended(order, { outcome: 'failed', exitCode: 0xc0000005, outputs: { a: 'b' }, evidence: { claim: true } }),
    );
    const [row] = await server.database.query<object>('SELECT exit_code, outputs, evidence FROM attempts');
    expect(row).toEqual({
      exit_code: 0xc0000005,
      outputs: { a: 'b' },
      evidence: { workerCrashed: crash, claim: true },
    });
    expect(await server.database.query('SELECT actor, action FROM audit')).toEqual([
      { actor: 'agent:a', action: 'worker.crashed' },
    ]);
  });
});

it('shows an agent that took its leave as gone, whatever it reported just before', async () => {
  const agent = await server.agent('a');
  await agent.greet();
  const load = { maxParallel: 4, running: 0, waiting: 0, diskFreeBytes: null, httpRoundTripAgeMs: null };
  await agent.say({ type: 'agent.status', body: { ...load, worker: 'stopped', uptimeMs: 1, refusesWork: null } });
  await agent.say({ type: 'bye', body: { reason: 'shutting-down', text: 'is stopped', retryAfterMs: null } });
  await server.delivery.statuses.flush();
  expect(await server.database.query('SELECT problem FROM agent_presence')).toEqual([
    { problem: 'the control connection closed' },
  ]);
});

it('announces a start to JMS agents that have had a session', async () => {
  const agent = await server.agent('j', { type: 'jms' });
  await server.agent('k', { type: 'jms' });
  await agent.greet();
  await server.delivery.sessions.announceStart();
  expect(
    server.channels.jms.words.filter(({ message }) => message.type === 'resync').map(({ agentId }) => agentId),
  ).toEqual(['j']);
});
