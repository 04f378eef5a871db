import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { createIdentity } from '@longshore/pinning';
import { readUnpinned } from './read-unpinned';
import { tlsServerOptions } from './server-options';
import { peerFingerprint } from './peer-fingerprint';

const identity = createIdentity({ kind: 'server', id: 'any' });
let server: Server | undefined;

afterEach(async () => {
  const closing = server;
  server = undefined;
  if (closing !== undefined) await new Promise((closed) => closing.close(closed));
});

async function listen(serve: (socket: TLSSocket) => void, alpn: readonly string[] = ['the-chain', 'http/1.1']) {
  const listening = createServer(tlsServerOptions({ identity, clientCertificates: 'ask', alpn }), (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  server = listening;
  await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready));
  return (listening.address() as AddressInfo).port;
}

const read = (port: number, limits: { readonly maxBytes?: number; readonly timeoutMs?: number } = {}) =>
  readUnpinned({ host: '127.0.0.1', port, alpn: 'the-chain', maxBytes: 1_000, timeoutMs: 5_000, ...limits });

it('reads to the end, presents no certificate and writes no byte', async () => {
  const seen = { bytes: 0, client: 'not asked' as string | null, closed: Promise.withResolvers<void>() };
  const port = await listen((socket) => {
    seen.client = peerFingerprint(socket);
    socket.on('data', (piece: Buffer) => (seen.bytes += piece.length));
    socket.once('close', () => seen.closed.resolve());
    socket.end('what everybody may know');
  });
  expect((await read(port)).toString()).toBe('what everybody may know');
  await seen.closed.promise;
  expect(seen).toMatchObject({ bytes: 0, client: null });
});

it('leaves a peer that speaks something else', async () => {
  const port = await listen((socket) => socket.end('HTTP/1.1 400'), ['http/1.1']);
  await expect(read(port)).rejects.toMatchObject({ code: expect.stringMatching(/^(TLS_HANDSHAKE|UNPINNED_ANSWER)/) });
});

it('refuses an answer without end and one that does not come', async () => {
  const endless = await listen((socket) => socket.write(Buffer.alloc(5_000)));
  await expect(read(endless)).rejects.toMatchObject({ code: 'UNPINNED_ANSWER_REFUSED' });
  server?.close();
  const silent = await listen(() => undefined);
  await expect(read(silent, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT' });
});

it('says when nobody is there', async () => {
  const port = await listen(() => undefined);
  await new Promise((closed) => server?.close(closed));
  server = undefined;
  await expect(read(port)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' });
});
