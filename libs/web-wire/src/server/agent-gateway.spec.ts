import { setTimeout as pause } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { createApiKey, createIdentity } from '@longshore/pinning';
import { agentNamespace, limits, messageEvent } from '@longshore/protocol';
import { PinnedHttpAgent } from '@longshore/tls';
import { aCancel, aHello, aLargeEvent, anAck } from '../../../delivery/src/testing/messages';
import { RecordingListener, until } from '../../../delivery/src/testing/recording';
import { WebAgentChannel } from '../agent/web-agent-channel';
import { makeWebPair, type WebPair } from '../testing/web-pair';

let pair: WebPair;
let listener: RecordingListener;
const sockets: Socket[] = [];

beforeEach(async () => {
  pair = await makeWebPair();
  listener = new RecordingListener();
});
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.disconnect());
  await pair.agent.close('test over');
  await pair.close();
});

function openSocket(
  options: { readonly identity?: ReturnType<typeof createIdentity>; readonly headers?: Record<string, string> } = {},
): Socket {
  const { identity, headers } = options;
  const connection = identity === undefined ? pair.connection : { ...pair.connection, identity };
  const socket = io(`${pair.origin}${agentNamespace}`, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    agent: new PinnedHttpAgent(connection) as unknown as string,
    extraHeaders: headers ?? { ...pair.client.authorization },
  });
  sockets.push(socket);
  return socket;
}

/** What became of a dialled socket: the first event that tells. */
function outcome(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', () => resolve('refused'));
    socket.once('disconnect', () => resolve('closed'));
  });
}

describe('agent gateway', () => {
  it.each([
    ['no API key', () => ({})],
    ['the API key of another agent', () => ({ authorization: `Bearer ${createApiKey().text}` })],
    ['the scheme alone', () => ({ authorization: 'Bearer' })],
  ])('closes the line of the right key with %s', async (_case, headers) => {
    const socket = openSocket({ headers: headers() });
    expect(
      await Promise.race([outcome(socket), new Promise((r) => socket.io.once('close', () => r('line closed')))]),
    ).not.toBe('connected');
    expect(pair.intake.words).toEqual([]);
    expect(pair.peers.handshakesRefused).toMatchObject([
      { leg: 'websocket', presented: pair.peers.peers[0]?.fingerprint },
    ]);
  });

  it('hears nothing more within a second after the API key was revoked', async () => {
    await pair.agent.open(listener);
    await pair.agent.send(aHello(pair.ends, 1));
    await until(() => pair.intake.words.length === 1, 'the word is there');
    const [known] = pair.peers.peers;
    if (known === undefined) throw new Error('no agent is known');
    pair.peers.peers[0] = { ...known, apiKey: null };
    const revokedAt = performance.now();
    while (listener.closed.length === 0 && performance.now() - revokedAt < 5_000) {
      await pair.agent.send(aHello(pair.ends, 2)).catch(() => undefined);
      await pause(20);
    }
    expect(performance.now() - revokedAt).toBeLessThan(1_000);
    expect(listener.closed).toHaveLength(1);
  });

  it('closes the line of a stranger and says nothing', async () => {
    const heard: unknown[] = [];
    const socket = openSocket({ identity: createIdentity({ kind: 'agent', id: 'stranger' }) });
    socket.onAny((...said) => heard.push(said));
    expect(
      await Promise.race([outcome(socket), new Promise((r) => socket.io.once('close', () => r('line closed')))]),
    ).not.toBe('connected');
    expect(heard).toEqual([]);
    expect(pair.intake.words).toEqual([]);
  });

  it('refuses a browser: nothing of ours sends an Origin', async () => {
    expect(await outcome(openSocket({ headers: { origin: 'https://example.org' } }))).toBe('refused');
    expect(await outcome(openSocket())).toBe('connected');
  });

  it('gives a stranger no way in at the first contact of JMS agents either', async () => {
    pair.peers.peers[0] = { ...(pair.peers.peers[0] as (typeof pair.peers.peers)[number]), type: 'jms' };
    await expect(pair.agent.open(listener)).rejects.toMatchObject({ code: 'GATEWAY_UNREACHABLE' });
  });

  it('lets the newest connection win and tells the older one why', async () => {
    await pair.agent.open(listener);
    const newer = new RecordingListener();
    const second = new WebAgentChannel({
      ...pair.ends,
      client: pair.client,
      connection: pair.connection,
      onRefused: () => undefined,
    });
    await second.open(newer);
    await until(() => listener.closed.length === 1, 'the older one is closed');
    expect(listener.messages).toEqual([
      expect.objectContaining({ type: 'bye', body: expect.objectContaining({ reason: 'superseded' }) }),
    ]);
    await pair.server.send(pair.ends.agentId, anAck(pair.ends, 1));
    await until(() => newer.messages.length === 1, 'the newer one gets its words');
    expect(pair.intake.closedLegs).toEqual([]);
    await second.close('done');
    await until(() => pair.intake.closedLegs.length === 1, 'the intake learns that the leg is gone');
  });

  it('cuts off a forgotten pin within a second, at its next word', async () => {
    await pair.agent.open(listener);
    await pair.agent.send(aHello(pair.ends));
    await until(() => pair.intake.words.length === 1, 'the word is there');
    pair.peers.peers.splice(0);
    await pause(600);
    await pair.agent.send(aHello(pair.ends, 2));
    await until(() => listener.closed.length === 1, 'the line is closed');
    expect(pair.intake.words).toHaveLength(1);
  });

  it('refuses a frame over the limit visibly', async () => {
    const socket = openSocket();
    expect(await outcome(socket)).toBe('connected');
    socket.emit(messageEvent, aLargeEvent(pair.ends, 1, limits.messageBytes));
    await until(() => pair.intake.refused.length === 1, 'it is refused');
    expect(pair.intake.refused[0]).toMatchObject({ code: 'MESSAGE_TOO_LARGE', peer: { agentId: pair.ends.agentId } });
  });

  it('refuses an event on the socket: events go by HTTPS', async () => {
    await pair.agent.open(listener);
    await pair.agent.send(aLargeEvent(pair.ends, 1, 10) as never);
    await until(() => pair.intake.refused.length === 1, 'it is refused');
    expect(pair.intake.events.size).toBe(0);
  });
});

describe('commands over HTTPS', () => {
  const deliver = async (...seqs: number[]): Promise<void> => {
    const commands = seqs.map((seq) => aCancel(pair.ends, seq));
    pair.commands.commands.push(...commands);
    await pair.server.deliver(pair.ends.agentId, commands);
  };

  it('come once each, also when the stream is fetched again and again', async () => {
    await pair.agent.open(listener);
    await pair.agent.receiveCommands({ after: 0, epoch: 1 });
    for (let seq = 1; seq <= 60; seq += 1) {
      await deliver(seq);
      if (seq % 10 === 0) pair.streams.close(pair.ends.agentId);
      await pause(5);
    }
    await until(() => listener.commandSeqs.length === 60, 'all are there');
    await pause(50);
    expect(listener.commandSeqs).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  it('come although the stream is at another process: a hint makes the agent fetch', async () => {
    await pair.agent.open(listener);
    await pair.agent.receiveCommands({ after: 0, epoch: 1 });
    await deliver(1);
    await until(() => listener.commandSeqs.length === 1, 'the first is there');
    // Written by another process: in the store, but not in this one's stream.
    pair.commands.commands.push(aCancel(pair.ends, 2));
    pair.sockets.announceCommands(pair.ends.agentId, 2);
    await until(() => listener.commandSeqs.length === 2, 'the second is there');
  });

  it('fill a gap from the outbox before they go on', async () => {
    await pair.agent.open(listener);
    await pair.agent.receiveCommands({ after: 0, epoch: 1 });
    await deliver(1);
    await until(() => listener.commandSeqs.length === 1, 'the first is there');
    pair.commands.commands.push(aCancel(pair.ends, 2), aCancel(pair.ends, 3));
    await deliver(4);
    await until(() => listener.commandSeqs.length === 4, 'all are there');
    expect(listener.commandSeqs).toEqual([1, 2, 3, 4]);
  });

  it('end at the next heartbeat when the reader is out and nobody has said so to this process', async () => {
    await pair.agent.open(listener);
    const to = { onMessage: async () => undefined, onRefused: () => undefined };
    const stream = pair.client.fetchCommands({ after: 0, epoch: 1 }, to, new AbortController().signal);
    const ended = stream.then(
      () => 'ended',
      () => 'ended',
    );
    expect(await Promise.race([ended, pause(500).then(() => 'open')])).toBe('open');
    pair.peers.peers.splice(0);
    expect(await ended).toBe('ended');
  });

  it('end with the session: an older epoch gets no stream', async () => {
    await pair.agent.open(listener);
    await pair.agent.receiveCommands({ after: 0, epoch: 5 });
    await deliver(1);
    await until(() => listener.commandSeqs.length === 1, 'the stream of epoch 5 is open');
    const to = { onMessage: async () => undefined, onRefused: () => undefined };
    const stale = pair.client.fetchCommands({ after: 0, epoch: 4 }, to, new AbortController().signal);
    await expect(stale).rejects.toBeInstanceOf(Error);
  });
});
