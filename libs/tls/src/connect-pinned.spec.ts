import { once } from 'node:events';
import { connect as connectTcp, createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIdentity, decidePin, renewCertificate } from '@longshore/pinning';
import { connectPinned } from './connect-pinned';
import { startRecordingServer } from './testing/recording-server';
import { until } from './testing/until';
import { ConnectTimeoutError, PeerUnreachableError, PinMismatchError, TlsHandshakeError } from './tls-errors';

const server = createIdentity({ kind: 'server', id: 's1', dnsNames: ['localhost'] });
const agent = createIdentity({ kind: 'agent', id: 'a1' });
const stranger = createIdentity({ kind: 'server', id: 's1', dnsNames: ['localhost'] });
const host = '127.0.0.1';

describe('connectPinned', () => {
  it('yields the socket when the key is the pinned one, and shows its own', async () => {
    await using peer = await startRecordingServer(server);
    const socket = await connectPinned({ host, port: peer.port, isPinned: [server.fingerprint], identity: agent });
    expect(socket.getProtocol()).toBe('TLSv1.3');
    await until(() => peer.clients.length === 1);
    expect(peer.clients).toEqual([agent.fingerprint]);
    socket.destroy();
  });

  it('takes the same key in a new certificate', async () => {
    const renewed = renewCertificate({ kind: 'server', id: 's1', privateKeyPem: server.privateKeyPem });
    await using peer = await startRecordingServer(renewed);
    const socket = await connectPinned({ host, port: peer.port, isPinned: [server.fingerprint] });
    socket.destroy();
  });

  it('takes any of several pins', async () => {
    await using peer = await startRecordingServer(server);
    const isPinned = [stranger.fingerprint, server.fingerprint];
    (await connectPinned({ host, port: peer.port, isPinned })).destroy();
  });

  it('refuses another key, names both and has written nothing', async () => {
    await using peer = await startRecordingServer(stranger);
    const refusal = await refusalOf({ port: peer.port, isPinned: [server.fingerprint] });
    expect(refusal).toBeInstanceOf(PinMismatchError);
    expect(refusal).toMatchObject({
      code: 'PIN_MISMATCH',
      severity: 'stop',
      expected: [server.fingerprint],
      presented: stranger.fingerprint,
    });
    await peer.gone(1);
    expect(peer.bytes()).toBe(0);
  });

  it('asks a function, by yes and no or by a verdict', async () => {
    await using peer = await startRecordingServer(server);
    (await connectPinned({ host, port: peer.port, isPinned: (key) => key === server.fingerprint })).destroy();
    expect(await refusalOf({ port: peer.port, isPinned: () => false })).toMatchObject({ expected: [] });
    const pins = [stranger.fingerprint];
    const verdict = (presented: typeof server.fingerprint) => decidePin({ pins, presented, firstContact: true });
    expect(await refusalOf({ port: peer.port, isPinned: verdict })).toMatchObject({ expected: pins });
  });

  it('hands on what the pin function throws, and closes', async () => {
    await using peer = await startRecordingServer(server);
    const lost = new Error('the store of pins is gone');
    const isPinned = (): boolean => {
      throw lost;
    };
    expect(await refusalOf({ port: peer.port, isPinned })).toBe(lost);
    await peer.gone(1);
    expect(peer.bytes()).toBe(0);
  });

  it('sends a server name for a host name and none for an address', async () => {
    await using peer = await startRecordingServer(server);
    const isPinned = [server.fingerprint];
    (await connectPinned({ host, port: peer.port, isPinned })).end();
    await until(() => peer.serverNames.length === 1);
    (await connectPinned({ host: 'localhost', port: peer.port, isPinned })).end();
    await until(() => peer.serverNames.length === 2);
    expect(peer.serverNames).toEqual([false, 'localhost']);
  });

  it('gives up on a peer that accepts and says nothing', async () => {
    await using peer = await startRawServer(() => undefined);
    const refusal = await refusalOf({ port: peer.port, isPinned: [server.fingerprint], timeoutMs: 150 });
    expect(refusal).toBeInstanceOf(ConnectTimeoutError);
    await until(() => peer.sockets.every((socket) => socket.destroyed || socket.readableEnded));
  });

  it('tells a closed port from a peer without TLS', async () => {
    const closed = await startRawServer(() => undefined);
    await closed[Symbol.asyncDispose]();
    expect(await refusalOf({ port: closed.port, isPinned: [] })).toBeInstanceOf(PeerUnreachableError);
    await using plain = await startRawServer((socket) => socket.end('220 mail.example ready\r\n'));
    expect(await refusalOf({ port: plain.port, isPinned: [] })).toBeInstanceOf(TlsHandshakeError);
    await using hangUp = await startRawServer((socket) => socket.destroy());
    expect(await refusalOf({ port: hangUp.port, isPinned: [] })).toBeInstanceOf(TlsHandshakeError);
  });

  it('holds the floor: no TLS 1.2 unless allowed', async () => {
    const old = createTlsServer({ cert: server.certificatePem, key: server.privateKeyPem, maxVersion: 'TLSv1.2' });
    await using peer = await listening(old);
    const isPinned = [server.fingerprint];
    expect(await refusalOf({ port: peer.port, isPinned })).toBeInstanceOf(TlsHandshakeError);
    const socket = await connectPinned({ host, port: peer.port, isPinned, minVersion: 'TLSv1.2' });
    expect(socket.getProtocol()).toBe('TLSv1.2');
    socket.destroy();
  });

  it('stops at once when told to, and does not start when told before', async () => {
    await using peer = await startRawServer(() => undefined);
    const stop = new AbortController();
    const refusal = refusalOf({ port: peer.port, isPinned: [], signal: stop.signal });
    await until(() => peer.sockets.length === 1);
    stop.abort(new Error('shutting down'));
    expect(await refusal).toMatchObject({ message: 'shutting down' });
    expect(await refusalOf({ port: peer.port, isPinned: [], signal: stop.signal })).toMatchObject({
      message: 'shutting down',
    });
    expect(peer.sockets).toHaveLength(1);
  });
});

describe('connectPinned by another way', () => {
  it('pins the far end of the line it is given', async () => {
    await using peer = await startRecordingServer(server);
    const via = () => Promise.resolve(connectTcp(peer.port, host));
    const target = { host: 'behind.example', port: 1, via };
    const socket = await connectPinned({ ...target, isPinned: [server.fingerprint] });
    socket.destroy();
    const refusal = await refusalOf({ ...target, isPinned: [stranger.fingerprint] });
    expect(refusal).toBeInstanceOf(PinMismatchError);
    await peer.gone(2);
    expect(peer.bytes()).toBe(0);
  });

  it('reports a way that fails, and one that never comes about', async () => {
    const failing = () => Promise.reject(new Error('proxy says 403'));
    const refusal = await refusalOf({ port: 1, isPinned: [], via: failing });
    expect(refusal).toBeInstanceOf(PeerUnreachableError);
    expect(refusal).toMatchObject({ message: '127.0.0.1:1 cannot be reached: proxy says 403' });
    const never = () => new Promise<Socket>(() => undefined);
    expect(await refusalOf({ port: 1, isPinned: [], via: never, timeoutMs: 50 })).toBeInstanceOf(ConnectTimeoutError);
  });

  it('closes a line that comes too late', async () => {
    const line = new Socket();
    const late = async () => {
      await sleep(100);
      return line;
    };
    await refusalOf({ port: 1, isPinned: [], via: late, timeoutMs: 50 });
    expect(line.destroyed).toBe(false);
    await until(() => line.destroyed);
  });
});

type Dial = Omit<Parameters<typeof connectPinned>[0], 'host'> & { readonly host?: string };

async function refusalOf(dial: Dial): Promise<unknown> {
  return connectPinned({ host, ...dial }).then(
    (socket) => {
      socket.destroy();
      throw new Error('the connection was made');
    },
    (error: unknown) => error,
  );
}

async function startRawServer(onSocket: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const raw = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined).resume());
    onSocket(socket);
  });
  return { sockets, ...(await listening(raw)) };
}

async function listening(listener: Server) {
  const sockets = new Set<Socket>();
  listener.on('connection', (socket: Socket) => sockets.add(socket));
  listener.listen(0, host);
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
