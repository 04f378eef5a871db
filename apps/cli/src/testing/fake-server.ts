/** A server of the REST contract on a real HTTPS socket, with a key of its own; it tells little and notes everything. */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIdentity, type Identity } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import { logCompleteHeader, logLengthHeader } from '@longshore/rest-contract';
import { tlsServerOptions, type MinTlsVersion } from '@longshore/tls';

export interface NotedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export type FakeAnswer =
  { readonly status: number; readonly body: unknown } | { readonly log: Buffer; readonly complete: boolean };
export type FakeRoute = (request: NotedRequest) => FakeAnswer | null;

export interface FakeServer {
  readonly origin: string;
  readonly fingerprint: Fingerprint;
  readonly requests: NotedRequest[];
  /** Handshakes that ended before a request count too. */
  connections(): number;
  /** Shows another key from now on, as after a rotation; old connections end. */
  show(identity: Identity): void;
  close(): Promise<void>;
}

export interface FakeServerOptions {
  readonly identity?: Identity;
  /** The newest TLS that it speaks. */
  readonly maxVersion?: MinTlsVersion;
}

export async function openFakeServer(route: FakeRoute, options: FakeServerOptions = {}): Promise<FakeServer> {
  const identity = options.identity ?? createIdentity({ kind: 'server', id: 'fake', ipAddresses: ['127.0.0.1'] });
  const tls = tlsServerOptions({ identity, clientCertificates: 'none', minVersion: options.maxVersion ?? 'TLSv1.3' });
  const requests: NotedRequest[] = [];
  let connections = 0;
  const server = createServer({ ...tls, maxVersion: options.maxVersion ?? 'TLSv1.3' }, (request, response) => {
    void answer(request, response, { route, requests });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://127.0.0.1:${port}`,
    fingerprint: identity.fingerprint,
    requests,
    connections: () => connections,
    show: ({ certificatePem, privateKeyPem }) => {
      server.setSecureContext({ cert: certificatePem, key: privateKeyPem });
      server.closeAllConnections();
    },
    close: () => close(server),
  };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

interface Fake {
  readonly route: FakeRoute;
  readonly requests: NotedRequest[];
}

async function answer(request: IncomingMessage, response: ServerResponse, { route, requests }: Fake): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  const url = new URL(request.url ?? '', 'https://fake');
  const noted: NotedRequest = {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    authorization: request.headers.authorization,
    body: text === '' ? null : (JSON.parse(text) as unknown),
  };
  requests.push(noted);
  const given = route(noted) ?? refuse(404, 'ROUTE_UNKNOWN', `no ${noted.method} ${noted.path}`);
  if ('log' in given) {
    const bytes = given.log.subarray(Number(noted.query['offset'] ?? 0));
    const headers = { [logLengthHeader]: given.log.length, [logCompleteHeader]: String(given.complete) };
    return void response.writeHead(200, headers).end(bytes);
  }
  response
    .writeHead(given.status, { 'content-type': 'application/json' })
    .end(given.body === null ? '' : JSON.stringify(given.body));
}

export function refuse(status: number, code: string, message: string, field?: string): FakeAnswer {
  return { status, body: { error: { code, message, ...(field === undefined ? {} : { field }) } } };
}
