/** The agents' WebSocket as the server composes it: on the agent port only, for known keys only, with a last word. */
import { agentNamespace, messageEvent } from '@longshore/protocol';
import type { Identity } from '@longshore/pinning';
import { useDatabases } from '@longshore/testing';
import { PinnedHttpAgent } from '@longshore/tls';
import { io, type Socket } from 'socket.io-client';
import { aServer, type AServer, parse } from '../testing/a-server';
import { anAgentKey, anEnrolment } from '../testing/an-enrolment';

const aDatabase = useDatabases();

describe('the WebSocket of agents', () => {
  const identity = anAgentKey();
  let server: AServer;
  let stopped = false;

  beforeAll(async () => {
    server = await aServer(await aDatabase());
    const created = await server.asAdmin('/api/v1/install-tokens', { method: 'POST', body: {} });
    const body = await anEnrolment(identity, { name: 'socket', token: parse<{ token: string }>(created.text).token });
    await server.ask('agents', '/agent/v1/enrol', { method: 'POST', body, identity });
  });
  afterAll(async () => {
    if (!stopped) await server.stop();
  });

  const dial = (port: number, key: Identity): Socket =>
    io(`https://127.0.0.1:${port}${agentNamespace}`, {
      transports: ['websocket'],
      reconnection: false,
      timeout: 3_000,
      agent: new PinnedHttpAgent({ isPinned: () => true, identity: key }) as never,
    });
  const outcomeOf = (socket: Socket): Promise<'connected' | 'refused'> =>
    new Promise((resolve) => {
      socket.on('connect', () => resolve('connected'));
      socket.on('connect_error', () => resolve('refused'));
      socket.on('disconnect', () => resolve('refused'));
      socket.io.on('close', () => resolve('refused'));
    });

  it('is there for a known key, and for no other', async () => {
    const [known, stranger] = [
      dial(server.settings.gatewayPort, identity),
      dial(server.settings.gatewayPort, anAgentKey()),
    ];
    expect(await Promise.all([outcomeOf(known), outcomeOf(stranger)])).toEqual(['connected', 'refused']);
    known.close();
    stranger.close();
  });

  it('is not on the port of operators', async () => {
    const socket = dial(server.settings.apiPort, identity);
    expect(await outcomeOf(socket)).toBe('refused');
    socket.close();
  });

  it('hears that the server stops', async () => {
    const socket = dial(server.settings.gatewayPort, identity);
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
