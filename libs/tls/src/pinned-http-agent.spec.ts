import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { createIdentity } from '@longshore/pinning';
import { peerFingerprint } from './peer-fingerprint';
import { PinnedHttpAgent } from './pinned-http-agent';
import { tlsServerOptions } from './server-options';
import { startRecordingServer } from './testing/recording-server';
import { PinMismatchError } from './tls-errors';

const server = createIdentity({ kind: 'server', id: 's1' });
const agent = createIdentity({ kind: 'agent', id: 'a1' });
const stranger = createIdentity({ kind: 'server', id: 's1' });

describe('the pinned https agent', () => {
  const get = (port: number, pinned: PinnedHttpAgent): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: 'secret' };
      const asked = httpsRequest({ method: 'POST', host: '127.0.0.1', port, agent: pinned, headers });
      asked.on('error', reject).on('response', (answer) => resolve(answer.resume().statusCode));
      asked.end('secret');
    });

  it('reaches the pinned peer', async () => {
    await using peer = await startRecordingServer(server);
    const pinned = new PinnedHttpAgent({ isPinned: [server.fingerprint], identity: agent });
    expect(await get(peer.port, pinned)).toBe(200);
    expect(peer.clients).toEqual([agent.fingerprint]);
  });

  it('sends nothing to another key', async () => {
    await using peer = await startRecordingServer(stranger);
    const pinned = new PinnedHttpAgent({ isPinned: [server.fingerprint], identity: agent });
    await expect(get(peer.port, pinned)).rejects.toBeInstanceOf(PinMismatchError);
    await peer.gone(1);
    expect(peer.bytes()).toBe(0);
  });

  it('keeps a connection when told to, and sends nothing more on it once its key is forgotten', async () => {
    await using peer = await startRecordingServer(server);
    const pins = [server.fingerprint];
    const pinned = new PinnedHttpAgent(
      { isPinned: (key) => pins.includes(key), identity: agent },
      { keepAliveMs: 60_000 },
    );
    for (let n = 0; n < 3; n++) {
      pinned.closeUnpinned();
      expect(await get(peer.port, pinned)).toBe(200);
      // The connection is free for the next request once the answer has been read to its end.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(peer.clients).toEqual([agent.fingerprint]);
    const before = peer.bytes();
    pins.pop();
    pinned.closeUnpinned();
    await expect(get(peer.port, pinned)).rejects.toBeInstanceOf(PinMismatchError);
    await peer.gone(2);
    expect(peer.bytes()).toBe(before);
    pinned.destroy();
  });

  it('carries socket.io to the pinned peer, which sees our key', async () => {
    const listener = createServer(tlsServerOptions({ identity: server, clientCertificates: 'ask' }));
    const sockets = new Server(listener, { transports: ['websocket'] });
    sockets.of('/agents').on('connection', (socket) => {
      socket.emit('key', peerFingerprint(socket.request.socket as TLSSocket));
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const pinned = new PinnedHttpAgent({ isPinned: [server.fingerprint], identity: agent });
    const client = io(`https://127.0.0.1:${port}/agents`, {
      transports: ['websocket'],
      reconnection: false,
      // socket.io-client types this for browsers; under Node it is handed to ws as it is.
      agent: pinned as unknown as string,
    });
    const key = await new Promise((resolve, reject) => client.on('key', resolve).on('connect_error', reject));
    expect(key).toBe(agent.fingerprint);
    client.disconnect();
    await sockets.close();
  });

  it('gives socket.io the reason when the key is another', async () => {
    await using peer = await startRecordingServer(stranger);
    const pinned = new PinnedHttpAgent({ isPinned: [server.fingerprint], identity: agent });
    const client = io(`https://127.0.0.1:${peer.port}/agents`, {
      transports: ['websocket'],
      reconnection: false,
      agent: pinned as unknown as string,
    });
    const refusal = await new Promise<unknown>((resolve) => client.on('connect_error', resolve));
    expect(reasons(refusal).some((reason) => reason instanceof PinMismatchError)).toBe(true);
    await peer.gone(1);
    expect(peer.bytes()).toBe(0);
    client.disconnect();
  });
});

/** socket.io keeps ws's event in `description`, and ws keeps our error in that event. */
function reasons(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [];
  const fields = ['description', 'error', 'cause'];
  return [error, ...fields.flatMap((field) => reasons(Reflect.get(error, field)))];
}
