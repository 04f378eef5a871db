/**
 * How does one Nest application listen on two ports? Fastify's own server is the API port; the agent port is a
 * second TLS server, the only one that asks for client certificates, whose requests go to the same router
 * (docs/architecture.md, Two listeners).
 */
import type { RequestListener } from 'node:http';
import https, { type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { chainProtocol, limits, timeouts } from '@longshore/protocol';
import { type ServerTls, tlsServerOptions } from '@longshore/tls';
import createFastify, { type FastifyInstance } from 'fastify';
import type { ServerSettings } from '../config/server-settings';
import type { ServerIdentity } from '../trust/server-identity';
import { ChainDoor } from './chain-door';
import { markListener } from './listener-of';
import { problemOf } from './problem-of';
import { separateListeners } from './route-constraint';
import { addSecurityHeaders } from './security-headers';

const patience: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 20_000,
  /** Largest body at the slowest line that we serve; the answer may take as long as it likes. */
  requestTimeout: 5 * 60_000,
  keepAliveTimeout: 2 * timeouts.requestMs,
  connectionsCheckingInterval: 5_000,
};
const connectionsAtMost = { operators: 2_000, agents: 30_000 } as const;

export interface Listeners {
  readonly adapter: FastifyAdapter;
  readonly fastify: FastifyInstance;
  /** Not listening yet; the web gateway's adapter is bound to it. */
  readonly agentServer: Server;
  readonly chainDoor: ChainDoor;
}

export interface ListenersOf {
  readonly server: ServerIdentity;
  readonly settings: Pick<ServerSettings, 'minTlsVersion'>;
}

export function createListeners(of: ListenersOf): Listeners {
  const fastify: FastifyInstance = createFastify({
    bodyLimit: limits.messageBytes,
    exposeHeadRoutes: false,
    // No proxy stands in between whose word about addresses would count.
    trustProxy: false,
    routerOptions: { maxParamLength: 200 },
    serverFactory: (route) => createApiServer(of, route),
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = problemOf(error);
      const content = JSON.stringify(body);
      void reply.hijack();
      reply.raw.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(content),
      });
      reply.raw.end(content);
    },
  });
  separateListeners(fastify);
  addSecurityHeaders(fastify);
  onlyJsonAndOctets(fastify);
  const agentServer = createAgentServer(of, fastify);
  const chainDoor = new ChainDoor(() => of.server.chain);
  chainDoor.openOn(agentServer);
  return { adapter: new FastifyAdapter(fastify), fastify, agentServer, chainDoor };
}

const forOperators = { clientCertificates: 'none', alpn: ['http/1.1'] } as const;
const forAgents = { clientCertificates: 'ask', alpn: ['http/1.1', chainProtocol] } as const;

function createApiServer(of: ListenersOf, route: RequestListener): Server {
  const server = https.createServer({ ...patience, ...tlsOf(of, forOperators) }, (request, response) => {
    markListener(request, 'operators');
    route(request, response);
  });
  server.maxConnections = connectionsAtMost.operators;
  of.server.onMoved(() => server.setSecureContext(tlsOf(of, forOperators)));
  return server;
}

function createAgentServer(of: ListenersOf, fastify: FastifyInstance): Server {
  const server = https.createServer({ ...patience, ...tlsOf(of, forAgents) }, (request, response) => {
    markListener(request, 'agents');
    fastify.routing(request, response);
  });
  of.server.onMoved(({ emergency }) => {
    server.setSecureContext(tlsOf(of, forAgents));
    // Nothing goes on under a stolen key; WebSockets get a last word and are closed by the wire.
    if (emergency) server.closeAllConnections();
  });
  server.maxConnections = connectionsAtMost.agents;
  server.on('clientError', (_error, socket: Socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

const tlsOf = ({ server, settings }: ListenersOf, which: Pick<ServerTls, 'clientCertificates' | 'alpn'>): TlsOptions =>
  tlsServerOptions({ identity: server.identity, minVersion: settings.minTlsVersion, ...which });

/**
 * Octets are handed on unread: a piece of log is read by its controller, after the guard has looked at who sends it.
 * Forms and plain text, which any web page may send without asking, are not taken at all.
 */
function onlyJsonAndOctets(fastify: FastifyInstance): void {
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser(
    'application/octet-stream',
    { bodyLimit: limits.logPieceBytes },
    (_request, payload, done) => done(null, payload),
  );
}
