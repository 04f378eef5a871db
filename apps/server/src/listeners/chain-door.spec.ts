/** The one connection that no pin guards: what it gives, what it takes (nothing), and how long and how often. */
import { once } from 'node:events';
import https, { type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { createChainHead, createIdentity, createSigner, verifyChain } from '@longshore/pinning';
import { chainDocumentSchema, chainProtocol, serverIdSchema } from '@longshore/protocol';
import { tlsServerOptions } from '@longshore/tls';
import { ChainDoor, type ChainDoorLimits } from './chain-door';

const serverId = serverIdSchema.parse('6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11');
const identity = createIdentity({ kind: 'server', id: serverId });
const signer = createSigner(identity.privateKeyPem);
const wide: ChainDoorLimits = { patienceMs: 20_000, perAddress: 100, inTotal: 100 };
/** Far more than the buffers of a connection hold. */
const tooMuch = Array.from({ length: 9_000 }, () => 'x'.repeat(2_000));

describe('the door to the chain of keys', () => {
  let server: Server;
  let requests = 0;
  const dialled: TLSSocket[] = [];
  afterEach(() => {
    for (const socket of dialled.splice(0)) socket.destroy();
    server.close();
    server.closeAllConnections();
  });

  const open = async (chain: readonly string[], limits?: ChainDoorLimits): Promise<ChainDoor> => {
    requests = 0;
    const alpn = ['http/1.1', chainProtocol];
    server = https.createServer(tlsServerOptions({ identity, clientCertificates: 'ask', alpn }), (_, answer) => {
      requests += 1;
      answer.end('http');
    });
    const door = new ChainDoor(() => chain, limits);
    door.openOn(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return door;
  };
  const dial = async (options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    dialled.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    return socket;
  };
  const ask = (options: ConnectionOptions = {}): Promise<TLSSocket> =>
    dial({ ALPNProtocols: [chainProtocol], ...options });
  const readAll = async (socket: TLSSocket): Promise<string> => {
    let text = '';
    socket.on('data', (piece: Buffer) => (text += piece.toString()));
    if (!socket.destroyed) await once(socket, 'close');
    return text;
  };
  const openConnections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  const untilClosed = async (withinMs: number): Promise<void> => {
    const end = performance.now() + withinMs;
    while ((await openConnections()) > 0) {
      if (performance.now() > end) throw new Error('the connection is still open');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it('gives the chain to whoever comes, without a certificate and without a byte, and closes', async () => {
    const nextCommitment = createIdentity({ kind: 'server', id: serverId }).fingerprint;
    const chain = [await createChainHead({ serverId, signer, nextCommitment })];
    await open(chain);
    const socket = await ask();
    const text = await readAll(socket);
    expect(socket.bytesWritten).toBe(0);
    const { links } = chainDocumentSchema.parse(JSON.parse(text));
    expect(await verifyChain({ fingerprint: identity.fingerprint }, links)).toMatchObject({ verdict: 'verified' });
    await untilClosed(4_000);
    expect(requests).toBe(0);
  });

  it('serves HTTP as before to those who ask for it or for nothing, and TLS refuses other protocols', async () => {
    await open(['link']);
    for (const options of [{}, { ALPNProtocols: ['http/1.1'] }]) {
      const socket = await dial(options);
      socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 200 [^]*http$/);
    }
    expect(requests).toBe(2);
    for (const other of ['h2', 'longshore-chain2', 'x'])
      await expect(dial({ ALPNProtocols: [other] })).rejects.toThrow(/no application protocol/);
  });

  it('reads nothing: who writes is cut, and HTTP never hears of it', async () => {
    await open(tooMuch, wide);
    const socket = await ask();
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await untilClosed(4_000);
    expect(requests).toBe(0);
  });

  it('cuts who takes the chain drop by drop, or not at all', async () => {
    await open(tooMuch, { ...wide, patienceMs: 300 });
    const slow = await ask();
    const drops = setInterval(() => slow.read(1), 10);
    (await ask()).pause();
    expect(await openConnections()).toBe(2);
    await untilClosed(4_000);
    clearInterval(drops);
  });

  it('cuts who has all and does not hang up', async () => {
    await open(['link'], { ...wide, patienceMs: 300 });
    const lingering = await ask({ allowHalfOpen: true } as ConnectionOptions);
    await once(lingering.resume(), 'end');
    expect(await openConnections()).toBe(1);
    await untilClosed(4_000);
  });

  it('bounds the connections of one address and of all, and counts those down that have gone', async () => {
    for (const limits of [
      { ...wide, perAddress: 2 },
      { ...wide, inTotal: 2 },
    ]) {
      await open(tooMuch, limits);
      const first = [await ask(), await ask()].map((socket) => socket.pause());
      expect(await readAll(await ask())).toBe('');
      for (const socket of first) socket.destroy();
      await untilClosed(4_000);
      expect((await readAll(await ask())).length).toBeGreaterThan(18_000_000);
      server.close();
    }
  });

  it('ends what is open when the server stops', async () => {
    const door = await open(tooMuch, wide);
    (await ask()).pause();
    const closed = once(server, 'close');
    server.close();
    door.cutOff();
    await closed;
  });
});
