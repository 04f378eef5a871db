/**
 * Which operator is behind this request? Told by a bearer token, or by the cookie of the console's session, which counts
 * for changes only when the request comes from a page of this server (docs/security.md, Sign-in).
 */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { isSafeMethod, isSameOrigin } from './is-same-origin';
import { OperatorAccess } from './operator-access';
import type { Operator } from './principal';
import { SessionCookie } from './session-cookie';

@Injectable()
export class OperatorProof {
  constructor(
    private readonly operators: OperatorAccess,
    private readonly cookie: SessionCookie,
  ) {}

  async prove({ headers, method }: FastifyRequest): Promise<Operator> {
    const [scheme, bearer] = (headers.authorization ?? '').split(' ', 2);
    const isBearer = scheme?.toLowerCase() === 'bearer' && bearer !== undefined;
    const cookie = isBearer ? null : this.cookie.read(headers.cookie);
    if (cookie !== null && !isSafeMethod(method) && !isSameOrigin(headers)) throw foreignPage();
    const operator = await this.operators.prove(isBearer ? bearer : (cookie ?? ''));
    if (operator === null) throw new RequestRefusedError(401, 'SIGN_IN_REQUIRED', 'sign in, or send a valid API token');
    return operator;
  }
}

export const foreignPage = (): RequestRefusedError =>
  new RequestRefusedError(403, 'ORIGIN_REFUSED', 'only pages of this server may do this with a session cookie');
