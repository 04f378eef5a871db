/**
 * May this request go on? The one guard of the server, refusing by default: the route's own mark says who may, and
 * nothing is decided by the text of the address (docs/security.md, Access).
 */
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { assertNever } from '@longshore/protocol';
import type { FastifyRequest } from 'fastify';
import { type Listener, listenerOf } from '../listeners/listener-of';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { StepProof } from '../steps/step-proof';
import { AgentProof } from '../trust/agent-proof';
import { type Audience, audienceKey } from './audience';
import { isSafeMethod, isSameOrigin } from './is-same-origin';
import { foreignPage, OperatorProof } from './operator-proof';
import { type Principal, rememberPrincipal } from './principal';

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly operators: OperatorProof,
    private readonly agents: AgentProof,
    private readonly steps: StepProof,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // The web gateway proves its peers at the handshake and again with each message.
    if (context.getType() === 'ws') return true;
    const audience = this.reflector.getAllAndOverride<Audience | undefined>(audienceKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (audience === undefined) return false;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (listenerOf(request.raw) !== listenerFor(audience)) {
      throw new RequestRefusedError(404, 'ROUTE_UNKNOWN', 'there is nothing here for this method and address');
    }
    const principal = await this.#prove(audience, request);
    if (principal !== null) rememberPrincipal(request, principal);
    return true;
  }

  /** Null: nobody in particular, where nobody need be. */
  #prove(audience: Audience, request: FastifyRequest): Promise<Principal | null> {
    switch (audience) {
      case 'operators':
        return this.operators.prove(request);
      case 'agents':
      case 'enrolled-agents':
        return this.agents.proveAgent(request, audience === 'agents');
      case 'any-key':
        return this.agents.proveKey(request);
      case 'steps':
        return this.#proveStep(request);
      case 'everyone':
        return refuseForeignPage(request);
      default:
        return assertNever(audience);
    }
  }

  async #proveStep(request: FastifyRequest): Promise<Principal> {
    return { kind: 'step', step: await this.steps.prove(request) };
  }
}

const listenerFor = (audience: Audience): Listener =>
  audience === 'operators' || audience === 'everyone' ? 'operators' : 'agents';

/** Signing somebody in from another site's page would be as bad as acting for them. */
async function refuseForeignPage(request: FastifyRequest): Promise<null> {
  const fromPage = request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
  if (fromPage && !isSafeMethod(request.method) && !isSameOrigin(request.headers)) throw foreignPage();
  return null;
}
