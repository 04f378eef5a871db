/** Writes each request into the log, at debug only: method, route and status, never what was said. */
import type { FastifyInstance } from 'fastify';
import type { ServerLog } from '../config/server-log';
import { listenerOf } from './listener-of';

export function logRequests(fastify: FastifyInstance, log: ServerLog): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const { method, ip, routeOptions } = request;
    const took = { status: reply.statusCode, elapsedMs: Math.round(reply.elapsedTime) };
    log.debug({ listener: listenerOf(request.raw), method, route: routeOptions.url, from: ip, ...took }, 'request');
  });
}
