/** A gateway on a real TLS socket that answers exactly as a test says. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createIdentity } from '@longshore/pinning';
import { tlsServerOptions } from '@longshore/tls';
import { GatewayChoice } from '../agent/gateway-choice';
import { GatewayClient } from '../agent/gateway-client';

export interface FakeGateway {
  readonly client: GatewayClient;
  readonly requests: { readonly line: string; readonly headers: IncomingMessage['headers']; readonly body: string }[];
  close(): Promise<void>;
}

export async function openFakeGateway(answer: (response: ServerResponse) => void): Promise<FakeGateway> {
  const identity = createIdentity({ kind: 'server', id: 'fake' });
  const requests: FakeGateway['requests'] = [];
  const server = createServer(tlsServerOptions({ identity, clientCertificates: 'ask' }), (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      requests.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const gateways = new GatewayChoice([`https://127.0.0.1:${(server.address() as AddressInfo).port}`]);
  const connection = { isPinned: [identity.fingerprint], identity: createIdentity({ kind: 'agent', id: 'a' }) };
  const client = new GatewayClient({ gateways, connection, apiKey: () => 'lsk_0_secret', silenceMs: 300 });
  return {
    client,
    requests,
    close: async () => {
      await client.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
