/**
 * Why can neither port serve the other's routes? Each route is registered under the listener that its address
 * belongs to, and the router only looks among the routes of the listener that accepted the request. To the other
 * port the route does not exist (docs/architecture.md, Two listeners).
 */
import { gatewayPrefix } from '@longshore/protocol';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { type Listener, listenerOf } from './listener-of';

export function separateListeners(fastify: FastifyInstance): void {
  fastify.addConstraintStrategy({
    name: 'listener',
    mustMatchWhenDerived: true,
    storage: () => {
      const routes = new Map<unknown, unknown>();
      return {
        get: (listener: unknown) => routes.get(listener) ?? null,
        set: (listener: unknown, route: unknown) => void routes.set(listener, route),
      };
    },
    deriveConstraint: (request: Parameters<typeof listenerOf>[0]) => listenerOf(request),
  } as unknown as Parameters<FastifyInstance['addConstraintStrategy']>[0]);
  fastify.addHook('onRoute', (route: RouteOptions) => {
    route.constraints = { ...route.constraints, listener: listenerServing(route.url) };
  });
}

export function listenerServing(url: string): Listener {
  return url === gatewayPrefix || url.startsWith(`${gatewayPrefix}/`) ? 'agents' : 'operators';
}
