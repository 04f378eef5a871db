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
import { AgentProof } from '../trust/agent-proof';
import { type Audience, audienceKey } from './audience';
import { isSafeMethod, isSameOrigin } from './is-same-origin';
import { OperatorAccess } from './operator-access';
import { type Principal, rememberPrincipal } from './principal';
import { SessionCookie } from './session-cookie';

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly operators: OperatorAccess,
    private readonly agents: AgentProof,
    private readonly cookie: SessionCookie,
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
        return this.#proveOperator(request);
      case 'agents':
      case 'enrolled-agents':
        return this.agents.proveAgent(request, audience === 'agents');
      case 'any-key':
        return this.agents.proveKey(request);
      case 'everyone':
        return refuseForeignPage(request);
      default:
        return assertNever(audience);
    }
  }

  async #proveOperator(request: FastifyRequest): Promise<Principal> {
    const [scheme, bearer] = (request.headers.authorization ?? '').split(' ', 2);
    const isBearer = scheme?.toLowerCase() === 'bearer' && bearer !== undefined;
    const cookie = isBearer ? null : this.cookie.read(request.headers.cookie);
    if (cookie !== null && !isSafeMethod(request.method) && !isSameOrigin(request.headers)) throw foreignPage();
    const operator = await this.operators.prove(isBearer ? bearer : (cookie ?? ''));
    if (operator === null) throw new RequestRefusedError(401, 'SIGN_IN_REQUIRED', 'sign in, or send a valid API token');
    return operator;
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

const foreignPage = (): RequestRefusedError =>
  new RequestRefusedError(403, 'ORIGIN_REFUSED', 'only pages of this server may do this with a session cookie');
