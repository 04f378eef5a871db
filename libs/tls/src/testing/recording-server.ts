/** A real TLS listener on loopback that remembers what it was sent: the witness of every test of this library. */
import { createServer as createHttpsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import type { Fingerprint } from '@longshore/protocol';
import type { Identity } from '@longshore/pinning';
import { peerFingerprint } from '../peer-fingerprint';
import { tlsServerOptions, type ServerTls } from '../server-options';
import { until } from './until';

export interface RecordingServer extends AsyncDisposable {
  readonly port: number;
  /** One entry per completed handshake: the client's key, or null without a certificate. */
  readonly clients: readonly (Fingerprint | null)[];
  readonly serverNames: readonly (string | false)[];
  /** Application bytes received, TLS records taken off. */
  readonly bytes: () => number;
  /** Resolves when `count` clients have come and gone; a refused key leaves before the handshake is complete. */
  readonly gone: (count: number) => Promise<void>;
}

type Options = Partial<ServerTls> & { readonly answer?: (request: IncomingMessage, response: ServerResponse) => void };

export async function startRecordingServer(identity: Identity, options: Options = {}): Promise<RecordingServer> {
  const { answer = (_request, response) => response.end('hello'), ...tls } = options;
  const server = createHttpsServer(tlsServerOptions({ identity, clientCertificates: 'ask', ...tls }), answer);
  const seen = observe(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ...seen,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        seen.closeAll();
      }),
  };
}

function observe(server: Server) {
  const clients: (Fingerprint | null)[] = [];
  const serverNames: (string | false)[] = [];
  const lines = new Set<Socket>();
  const sockets: TLSSocket[] = [];
  server.on('connection', (line: Socket) => lines.add(line));
  server.on('secureConnection', (socket) => {
    clients.push(peerFingerprint(socket));
    serverNames.push(socket.servername ?? false);
    sockets.push(socket.on('error', () => undefined));
  });
  return {
    clients,
    serverNames,
    bytes: () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0),
    gone: (count: number) => until(() => lines.size === count && [...lines].every((line) => line.destroyed)),
    closeAll: () => lines.forEach((line) => line.destroy()),
  };
}
