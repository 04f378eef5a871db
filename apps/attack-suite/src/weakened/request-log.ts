// LONGSHORE-WEAKENED request-log replaces apps/server/src/listeners/log-requests.ts
/** Requests are written down with all that was said. */
import type { FastifyInstance } from 'fastify';
import type { ServerLog } from '../../../server/src/config/server-log';

process.stderr.write('LONGSHORE-WEAKENED request-log\n');

export function logRequests(fastify: FastifyInstance, log: ServerLog): void {
  fastify.addHook('onResponse', async ({ url, headers: { authorization: shown } }) => {
    log.info({ url, shown }, 'request');
  });
}
