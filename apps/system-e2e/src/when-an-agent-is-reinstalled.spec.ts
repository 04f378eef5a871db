import type { AgentType } from '@longshore/protocol';
import { ExtraAgent } from './installation/extra-agent';
import { client, closeClient, command, logOf, ready, startShell, until, untilEnded } from './installation/installation';

const extras: ExtraAgent[] = [];

afterAll(async () => {
  for (const agent of extras) {
    await agent.remove();
    await client.removeAgent(agent.id).catch(() => undefined);
  }
  await closeClient();
});

async function anOnlineAgent(type: AgentType, name: string): Promise<ExtraAgent> {
  const agent = new ExtraAgent(type, name);
  extras.push(agent);
  await agent.install(client);
  agent.start();
  await untilConnection(agent, 'online');
  return agent;
}

const untilConnection = (agent: ExtraAgent, wanted: string): Promise<unknown> =>
  until(`${agent.id} ${wanted}`, 60_000, async () => (await client.agent(agent.id)).connection === wanted);

/** It works again: a step runs on it. */
async function expectWork({ id, type, home }: ExtraAgent): Promise<void> {
  const run = await startShell({ script: 'echo here again', agents: [{ id, name: id, type, home }] });
  const ended = await untilEnded(run.id);
  expect(ended.state).toBe('succeeded');
  expect((await logOf(ended, id)).toString()).toBe('here again\n');
}

describe.each(['web', 'jms'] as const)('when a %s agent is reinstalled', (type) => {
  let agent: ExtraAgent;
  let keyFile: string;
  beforeAll(async () => {
    agent = await anOnlineAgent(type, `reinstalled-${type}`);
  });

  it('is out at once when its certificate is forgotten, and its old key stays out', async () => {
    const forgottenAt = performance.now();
    await command('cli', 'agents', 'forget-certificate', agent.id, '--yes');
    await until('both legs down', 10_000, async () => !(await client.agent(agent.id)).control.up);
    const cutAfterMs = performance.now() - forgottenAt;
    expect(cutAfterMs).toBeLessThan(5_000);
    const { security, fingerprint, connection } = await client.agent(agent.id);
    expect([fingerprint, connection === 'online']).toEqual([null, false]);
    expect(security.forgotten).toMatchObject({ sameKeyAllowed: false });
    await agent.stop();
    agent.start();
    await until('the refusal of the old key', 30_000, async () =>
      (await client.securityEvents({ agent: agent.id })).events.some(
        ({ code, details }) => code === 'PIN_REFUSED' && details?.presented === security.forgotten?.fingerprint,
      ),
    );
    await until('the reason on the host', 30_000, async () =>
      (await agent.ask(['status', '--home', agent.home])).includes('PIN_FORGOTTEN_KEY'),
    );
    expect((await client.agent(agent.id)).fingerprint).toBeNull();
  });

  it('gets another API key, and the old one is worth nothing', async () => {
    const before = (await client.agent(agent.id)).security.apiKey?.id;
    const { id, apiKey } = await client.issueApiKey(agent.id);
    expect(id).not.toBe(before);
    keyFile = agent.file('api-key', apiKey);
  });

  it('comes back under its id from a host that was wiped, by the new key alone, and works', async () => {
    await agent.wipe();
    const output = await agent.ask([
      ...['install', '--type', type, '--server', ready.gateway, '--server-fingerprint', ready.fingerprint],
      ...['--api-key-file', keyFile, '--home', agent.home, '--yes'],
    ]);
    expect(output).toContain(agent.id);
    agent.start();
    await untilConnection(agent, 'online');
    await expectWork(agent);
  });

  it('comes back by itself with the same key when the operator ticks that', async () => {
    await command('cli', 'agents', 'forget-certificate', agent.id, '--allow-same-key', '--yes');
    await until('a pin again', 60_000, async () => (await client.agent(agent.id)).fingerprint !== null);
    await untilConnection(agent, 'online');
    await expectWork(agent);
  });

  it('takes a regenerated API key from its file without being started again', async () => {
    const { apiKey } = await client.issueApiKey(agent.id);
    await until('the old key refused', 30_000, async () => (await client.agent(agent.id)).connection !== 'online');
    await agent.ask(['set-api-key', '--home', agent.home, '--api-key-file', agent.file('api-key-2', apiKey)]);
    await untilConnection(agent, 'online');
    await expectWork(agent);
  });

  it('takes another key of its own when an operator wishes it, under a running step', async () => {
    const { id, name, home } = { ...agent, name: agent.id, home: agent.home };
    const before = (await client.agent(id)).fingerprint;
    const run = await startShell({ script: 'sleep 3; echo through it all', agents: [{ id, name, type, home }] });
    await command('cli', 'agents', 'rotate-key', id);
    await until('another key', 60_000, async () => {
      const { fingerprint, security } = await client.agent(id);
      return fingerprint !== null && fingerprint !== before && security.identityRequest === null;
    });
    const ended = await untilEnded(run.id);
    expect([ended.state, (await logOf(ended, id)).toString()]).toEqual(['succeeded', 'through it all\n']);
    expect(ended.items[0]?.attempts).toHaveLength(1);
    await untilConnection(agent, 'online');
    await expectWork(agent);
  });
});

describe('when the broker demands client certificates', () => {
  it('a JMS agent goes over by itself, there and back', async () => {
    const agent = await anOnlineAgent('jms', 'mutual-jms');
    for (const mutualAuthentication of [true, false]) {
      await client.updateAgent(agent.id, { mutualAuthentication });
      await until('the leg to be down or over', 20_000, async () => {
        const { security, control } = await client.agent(agent.id);
        return security.mutualAuthentication?.ofAgent === mutualAuthentication && control.lastRoundTripAgeMs !== null;
      });
      await untilConnection(agent, 'online');
      await expectWork(agent);
    }
  });
});
