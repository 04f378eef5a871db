/** Sign-in and sign-out of operators, for the console (cookie) and for machines (the same token as bearer). */
import { Controller, Delete, Get, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccessStore, AuditStore } from '@longshore/persistence';
import {
  apiPaths,
  type Me,
  meSchema,
  type Session,
  sessionSchema,
  type SignIn,
  signInSchema,
} from '@longshore/rest-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../listeners/answers';
import { ZodBody } from '../listeners/zod-input';
import { Operators, Public } from './audience';
import { CurrentUser } from './current-user';
import { OperatorAccess, sessionSeconds } from './operator-access';
import type { Operator } from './principal';
import { SessionCookie } from './session-cookie';

@ApiTags('access')
@Controller()
export class SessionController {
  constructor(
    private readonly access: OperatorAccess,
    private readonly store: AccessStore,
    private readonly audit: AuditStore,
    private readonly cookie: SessionCookie,
  ) {}

  @Post(apiPaths.session)
  @Public()
  @Answers(200, sessionSchema, 400, 401, 429)
  async signIn(
    @ZodBody(signInSchema) { user, password }: SignIn,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const { text, record } = await this.access.signIn(user, password, request.ip);
    await this.audit.record({
      actor: `operator:${user}`,
      action: 'session.opened',
      target: record.id,
      details: { from: request.ip },
    });
    void reply.header('set-cookie', this.cookie.set(text, sessionSeconds));
    const expiresAt = record.expiresAt ?? new Date(record.createdAt.getTime() + sessionSeconds * 1000);
    return { user, token: text, expiresAt: expiresAt.toISOString() };
  }

  /** An API token is not ended by signing out. */
  @Delete(apiPaths.session)
  @Operators()
  @Answers(204, null, 401)
  async signOut(
    @CurrentUser() { user, tokenId }: Operator,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.store.removeToken({ userName: user, kind: 'session', id: tokenId });
    void reply.header('set-cookie', this.cookie.clear());
  }

  @Get(apiPaths.me)
  @Operators()
  @Answers(200, meSchema, 401)
  me(@CurrentUser() { user }: Operator): Me {
    return { user };
  }
}
