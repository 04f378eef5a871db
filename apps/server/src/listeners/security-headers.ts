/**
 * What does every answer say to a browser? On the API port: nothing from elsewhere, no frame, no guessing of types,
 * no copy of API answers. There is no HSTS, because a self-signed certificate that is renewed would lock its users
 * out. The agent port talks to no browser at all: a request with an `Origin` is refused there
 * (docs/security.md, Listeners).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { listenerOf } from './listener-of';
import { RequestRefusedError } from './request-refused-error';

/** Mantine sets style elements at run time, hence the one exception for styles. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const browserHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;

export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (listenerOf(request.raw) === 'agents') {
      if (request.headers.origin !== undefined) {
        throw new RequestRefusedError(403, 'ORIGIN_REFUSED', 'no web page may speak to the agent port');
      }
      void reply.header('cache-control', 'no-store');
      return;
    }
    void reply.headers(browserHeaders);
    if (request.url.startsWith('/api') || request.url.startsWith('/health'))
      void reply.header('cache-control', 'no-store');
  });
}
