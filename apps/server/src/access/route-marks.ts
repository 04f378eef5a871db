/**
 * Has every route exactly one mark that says who may call it? Checked at start over all that Nest registered; a route
 * without one, or with two on the same place, stops the process (docs/security.md, Access).
 */
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { LongshoreError } from '@longshore/protocol';
import { listenerServing } from '../listeners/route-constraint';
import { type Audience, audienceKey } from './audience';

export interface MarkedRoute {
  readonly method: string;
  readonly path: string;
  readonly audience: Audience;
}

export class RouteUnmarkedError extends LongshoreError {
  constructor(readonly problems: readonly string[]) {
    super('ROUTE_UNMARKED', 'stop', `routes whose mark does not say who may call them:\n  ${problems.join('\n  ')}`);
  }
}

export function checkRouteMarks(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  reflector: Reflector,
): MarkedRoute[] {
  const problems: string[] = [];
  const routes: MarkedRoute[] = [];
  for (const { metatype, instance } of discovery.getControllers()) {
    if (metatype === null || typeof metatype !== 'function') continue;
    for (const name of scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
      const handler: unknown = (metatype.prototype as Record<string, unknown>)[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) continue;
      const marks = [
        reflector.get<Audience | undefined>(audienceKey, handler),
        reflector.get<Audience | undefined>(audienceKey, metatype),
      ];
      const found = marks.filter((mark) => mark !== undefined);
      const route = { method: methodOf(handler), path: pathOf(metatype, handler) };
      const [audience] = found;
      if (audience === undefined || found.length > 1)
        problems.push(`${route.method} ${route.path}: ${found.length} marks`);
      else if (isOnWrongPort(audience, route.path))
        problems.push(`${route.method} ${route.path}: ${audience} cannot reach it`);
      else routes.push({ ...route, audience });
    }
  }
  if (problems.length > 0) throw new RouteUnmarkedError(problems);
  return routes;
}

const isOnWrongPort = (audience: Audience, path: string): boolean =>
  (audience === 'operators' || audience === 'everyone') !== (listenerServing(path) === 'operators');

const methodOf = (handler: object): string =>
  RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];

function pathOf(controller: object, handler: object): string {
  const parts = [Reflect.getMetadata(PATH_METADATA, controller), Reflect.getMetadata(PATH_METADATA, handler)];
  return `/${parts.map(String).join('/')}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}
