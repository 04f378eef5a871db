/**
 * Hands the proved principal to a controller's method. Asking for another kind than the route's mark admits is a
 * mistake of ours and ends in an internal error, never in a guess.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { LongshoreError } from '@longshore/protocol';
import type { FastifyRequest } from 'fastify';
import { type Principal, principalOf } from './principal';

class PrincipalMissingError extends LongshoreError {
  constructor(wanted: Principal['kind']) {
    super('PRINCIPAL_MISSING', 'give-up', `the route's mark admits no ${wanted}`);
  }
}

export function requirePrincipal<Kind extends Principal['kind']>(
  kind: Kind,
  request: FastifyRequest,
): Extract<Principal, { kind: Kind }> {
  const principal = principalOf(request);
  if (principal?.kind !== kind) throw new PrincipalMissingError(kind);
  return principal as Extract<Principal, { kind: Kind }>;
}

const current = <Kind extends Principal['kind']>(
  kind: Kind,
  context: ExecutionContext,
): Extract<Principal, { kind: Kind }> => requirePrincipal(kind, context.switchToHttp().getRequest<FastifyRequest>());

/** An `Operator`; on routes marked `@Operators()`. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext) =>
  current('operator', context),
);

/** A `PresentedKey`; on routes marked `@Agents('any-key')`. */
export const CurrentKey = createParamDecorator((_: unknown, context: ExecutionContext) => current('key', context));

/** A `StepPrincipal`; on routes marked `@Steps()`. */
export const CurrentStep = createParamDecorator((_: unknown, context: ExecutionContext) => current('step', context));

/** An `EnrolledAgent`; on routes marked `@Agents()` and `@Agents('enrolled-agents')`. */
export const CurrentAgent = createParamDecorator((_: unknown, context: ExecutionContext) => current('agent', context));
