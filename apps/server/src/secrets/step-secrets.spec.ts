import { StepTokenStore } from '@longshore/persistence';
import { hashSecret, parseStepToken } from '@longshore/pinning';
import { useDatabases } from '@longshore/testing';
import { TestServer } from '../delivery/testing/a-server';
import { aSealingAgent } from './testing/a-sealing-agent';

const aDatabase = useDatabases();
const canary = 'canary-7f3a9c-never-in-the-clear';
let server: TestServer;
let logged: string[];

beforeEach(async () => {
  logged = [];
  server = await TestServer.open(await aDatabase(), (line, error) => logged.push(`${line} ${String(error)}`));
});
afterEach(() => server.close());

const secretStep = { name: 'only', secureInputs: { SECRET_TOKEN: canary } };

/** Every row of every table, as text. */
async function everythingStored(): Promise<string> {
  const tables = await server.database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => JSON.stringify(await server.database.query(`SELECT t::text FROM "${name}" t`))),
  );
  return texts.join('\n');
}

describe('a secure input', () => {
  it('reaches its agent sealed, in that attempt alone, and stands nowhere in the clear', async () => {
    const { agent, greet, nextOrder, open } = await aSealingAgent(server, 'a');
    await greet();
    const runId = await server.start([secretStep]);
    const order = await nextOrder();
    expect(order.inputs).toEqual({ script: 'true', interpreter: 'sh' });
    expect(Object.keys(order.sealedInputs)).toEqual(['SECRET_TOKEN']);
    const jwe = order.sealedInputs['SECRET_TOKEN'] ?? '';
    expect(await open(order, jwe)).toBe(canary);
    await expect(open({ attemptId: order.itemId as never }, jwe)).rejects.toThrow('sealed for another attempt');
    await agent.carryOut(order);
    await server.untilRun(runId, 'succeeded');
    const stored = await everythingStored();
    expect(stored).toContain('SECRET_TOKEN');
    for (const form of [canary, Buffer.from(canary).toString('base64url'), Buffer.from(canary).toString('hex')])
      expect(stored).not.toContain(form);
    expect(logged).toEqual([]);
  });

  it('is never shown, neither of the process nor of its runs', async () => {
    await server.agent('a');
    const runId = await server.start([secretStep, { name: 'plain' }]);
    const shown = [
      (await server.processes.find('p'))?.definition,
      (await server.processes.list())[0]?.definition,
      (await server.reads.find(runId))?.definition,
    ];
    for (const definition of shown)
      expect(definition?.steps.map(({ secureInputs }) => secureInputs)).toEqual([{ SECRET_TOKEN: null }, {}]);
  });

  it('is sealed anew when the attempt is offered again in a new session', async () => {
    const { greet, nextOrder, open } = await aSealingAgent(server, 'a');
    await greet();
    await server.start([secretStep]);
    const first = await nextOrder();
    await greet();
    const second = await nextOrder();
    expect([second.attemptId, second.startEpoch]).toEqual([first.attemptId, 2]);
    expect(second.sealedInputs).not.toEqual(first.sealedInputs);
    expect(await open(second, second.sealedInputs['SECRET_TOKEN'] ?? '')).toBe(canary);
  });

  it.each([
    ['no usable sealing key', 'sealing', 'the sealing key of agent a cannot be used'],
    ["another agent's sealing key", 'foreign', 'not signed by sha256/'],
  ])('ends its attempt and says why when there is %s', async (_, kind, reason) => {
    const { agent } = await aSealingAgent(server, 'a');
    const foreign = await aSealingAgent(server, 'b');
    await agent.greet({ sealingKey: kind === 'foreign' ? foreign.announcement : 'sealing' });
    const runId = await server.start([secretStep], { ids: ['a'] });
    await server.untilRun(runId, 'failed');
    const attempt = (await server.reads.find(runId))?.items[0]?.attempts[0];
    expect(attempt).toMatchObject({ state: 'ended', outcome: 'not-started' });
    expect(attempt?.reason).toContain(reason);
    expect(await server.delivery.commands.readCommands(agent.agentId, 0, 10)).toEqual([]);
  });

  it('waits while the pin of its agent is forgotten', async () => {
    const { agent, greet, nextOrder } = await aSealingAgent(server, 'a');
    await greet();
    const [{ fingerprint } = { fingerprint: '' }] = await server.database.query<{ fingerprint: string }>(
      `UPDATE agents a SET fingerprint = NULL FROM agents b WHERE a.id = 'a' AND b.id = 'a' RETURNING b.fingerprint`,
    );
    await server.start([secretStep]);
    await server.delivery.dispatcher.sweep();
    await server.delivery.dispatcher.stop();
    expect(await server.delivery.commands.readCommands(agent.agentId, 0, 10)).toEqual([]);
    const again = await server.again();
    try {
      await again.database.query(`UPDATE agents SET fingerprint = $1 WHERE id = 'a'`, [fingerprint]);
      await again.delivery.dispatcher.sweep();
      expect((await nextOrder()).sealedInputs).toHaveProperty('SECRET_TOKEN');
    } finally {
      await again.close();
    }
  });

  it('ends its attempts by name of the key when the database came without its data keys', async () => {
    const { greet } = await aSealingAgent(server, 'a');
    await greet();
    await server.save([secretStep]);
    const lost = server.dataKeys.currentId;
    const restored = await TestServer.open(server.url);
    try {
      const runId = await restored.startSaved();
      await restored.untilRun(runId, 'failed');
      const attempt = (await restored.reads.find(runId))?.items[0]?.attempts[0];
      expect(attempt).toMatchObject({ outcome: 'not-started' });
      expect(attempt?.reason).toContain(`SECRET_TOKEN: the data key ${lost}`);
    } finally {
      await restored.close();
    }
  });
});

describe('the token of a step', () => {
  it('is made at each offer, reaches the agent sealed and is kept as a hash', async () => {
    const { greet, nextOrder, open } = await aSealingAgent(server, 'a');
    await greet();
    await server.start([{ name: 'only' }]);
    const tokens = [];
    for (let offer = 1; offer <= 2; offer += 1) {
      const order = await nextOrder();
      const text = await open(order, order.stepToken ?? '');
      const { id, secret } = parseStepToken(text);
      expect(id).toBe(order.attemptId);
      const kept = await server.database.query('SELECT step_token_hash FROM attempts');
      expect(kept).toEqual([{ step_token_hash: hashSecret(secret) }]);
      expect(await everythingStored()).not.toContain(secret);
      tokens.push(text);
      await greet();
    }
    expect(new Set(tokens).size).toBe(2);
  });

  it('is dead right after the word of its end', async () => {
    const { agent, greet, nextOrder, open } = await aSealingAgent(server, 'a');
    await greet();
    await server.start([{ name: 'only' }]);
    const order = await nextOrder();
    const { secret } = parseStepToken(await open(order, order.stepToken ?? ''));
    const live = new StepTokenStore(server.database);
    for (const word of [agent.accepted(order.attemptId), agent.started(order.attemptId)]) {
      await agent.send(word);
      expect(await live.findLive(order.attemptId)).toMatchObject({ tokenHash: hashSecret(secret), agentId: 'a' });
    }
    await agent.send(agent.ended(order));
    expect(await live.findLive(order.attemptId)).toBeNull();
  });

  it('is left out for an agent without a sealing key when there is nothing else to seal', async () => {
    const agent = await server.agent('a');
    await agent.greet();
    await server.start([{ name: 'only' }]);
    const [command] = await server.commands(agent, 1);
    expect(command?.body).toMatchObject({ stepToken: null, sealedInputs: {} });
  });
});
