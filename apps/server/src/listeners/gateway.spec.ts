/** The agents' WebSocket as the server composes it: on the agent port only, for known keys only, with a last word. */
import { messageEvent } from '@longshore/protocol';
import { useDatabases } from '@longshore/testing';
import { anAgent, type AnAgent } from '../testing/an-agent';
import { dial, outcomeOf } from '../testing/a-live-agent';
import { aServer, type AServer } from '../testing/a-server';
import { anAgentKey } from '../testing/an-enrolment';

const aDatabase = useDatabases();

describe('the WebSocket of agents', () => {
  let server: AServer;
  let agent: AnAgent;
  let stopped = false;

  beforeAll(async () => {
    server = await aServer(await aDatabase());
    agent = await anAgent(server, { name: 'socket' });
  });
  afterAll(async () => {
    if (!stopped) await server.stop();
  });

  it('is there for a known key, and for no other', async () => {
    const [known, stranger] = [
      dial(server.settings.gatewayPort, agent),
      dial(server.settings.gatewayPort, { identity: anAgentKey(), apiKey: agent.apiKey }),
    ];
    expect(await Promise.all([outcomeOf(known), outcomeOf(stranger)])).toEqual(['connected', 'refused']);
    known.close();
    stranger.close();
  });

  it('is not there for a known key without its API key', async () => {
    const apiKey = `${agent.apiKey.slice(0, -1)}_`;
    const socket = dial(server.settings.gatewayPort, { identity: agent.identity, apiKey });
    expect(await outcomeOf(socket)).toBe('refused');
    socket.close();
  });

  it('is not on the port of operators', async () => {
    const socket = dial(server.settings.apiPort, agent);
    expect(await outcomeOf(socket)).toBe('refused');
    socket.close();
  });

  it('hears that the server stops', async () => {
    const socket = dial(server.settings.gatewayPort, agent);
    expect(await outcomeOf(socket)).toBe('connected');
    await server.running.database.query(
      `INSERT INTO agent_presence (agent_id, control_at) VALUES ('socket', now()) ON CONFLICT (agent_id) DO UPDATE SET control_at = now()`,
    );
    const lastWord = new Promise<{ type: string; body: { reason: string } }>((resolve) =>
      socket.on(messageEvent, resolve),
    );
    const started = performance.now();
    stopped = true;
    await Promise.all([server.stop(), lastWord]);
    expect(await lastWord).toMatchObject({ type: 'bye', body: { reason: 'shutting-down' } });
    expect(performance.now() - started).toBeLessThan(4_000);
    socket.close();
  });
});
