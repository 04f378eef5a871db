/**
 * A gateway on a real TLS listener: hands out a chain by its own ALPN, answers the paths that a test gives it, and counts
 * what was written to it.
 */
import { type IncomingMessage, createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TLSSocket, createServer as createTlsServer } from 'node:tls';
import type { Identity } from '@longshore/pinning';
import { type Fingerprint, chainProtocol } from '@longshore/protocol';
import { peerFingerprint, tlsServerOptions } from '@longshore/tls';

export interface GatewayRequest {
  readonly path: string;
  readonly by: Fingerprint | null;
  readonly authorization: string | undefined;
  readonly body: unknown;
  /** Breaks the line instead of answering. */
  readonly cut: () => void;
}

export type GatewayAnswer = { readonly status: number; readonly body?: unknown };
export type GatewayAnswers = Readonly<
  Record<string, (request: GatewayRequest) => GatewayAnswer | Promise<GatewayAnswer>>
>;

export interface AGateway extends AsyncDisposable {
  readonly address: string;
  readonly requests: readonly GatewayRequest[];
  /** Application bytes received on all connections. */
  readonly bytes: () => number;
  /** Chains that were handed out. */
  readonly chainsRead: () => number;
}

export interface GatewayWish {
  readonly identity: Identity;
  readonly chain?: () => readonly string[];
  readonly answers?: GatewayAnswers;
  /** Below the floor that agents have unless they are told otherwise. */
  readonly onlyTls12?: boolean;
}

export const refusal = (status: number, code: string): GatewayAnswer => ({
  status,
  body: { error: { code, message: `the server says ${code}` } },
});

export async function aGateway({ identity, chain, answers = {}, onlyTls12 = false }: GatewayWish): Promise<AGateway> {
  const sockets: TLSSocket[] = [];
  const requests: GatewayRequest[] = [];
  let chains = 0;
  const http = createHttpServer((message, response) => {
    void read(message).then(async (request) => {
      requests.push(request);
      const { status, body } = (await answers[request.path]?.(request)) ?? refusal(404, 'NOT_FOUND');
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  const options = tlsServerOptions({
    identity,
    clientCertificates: 'ask',
    alpn: ['http/1.1', chainProtocol],
    minVersion: 'TLSv1.2',
  });
  const server = createTlsServer({ ...options, maxVersion: onlyTls12 ? 'TLSv1.2' : 'TLSv1.3' }, (socket) => {
    sockets.push(socket.on('error', () => undefined));
    if (socket.alpnProtocol !== chainProtocol) return void http.emit('connection', socket);
    chains += 1;
    socket.resume().end(JSON.stringify({ links: chain?.() ?? [] }));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    bytes: () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0),
    chainsRead: () => chains,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

async function read(message: IncomingMessage): Promise<GatewayRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  return {
    path: message.url ?? '',
    by: peerFingerprint(message.socket),
    authorization: message.headers.authorization,
    body: text === '' ? null : (JSON.parse(text) as unknown),
    cut: () => message.socket.destroy(),
  };
}
