/** API tokens of the signed-in operator. A token's text is in the answer that makes it and nowhere else. */
import { Controller, Delete, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccessStore, type AccessTokenRecord, AuditStore } from '@longshore/persistence';
import {
  type ApiToken,
  apiPaths,
  apiTokenListSchema,
  type CreateApiToken,
  createApiTokenSchema,
  type CreatedApiToken,
  createdApiTokenSchema,
} from '@longshore/rest-contract';
import { z } from 'zod';
import { Answers } from '../listeners/answers';
import { unknownThing } from '../listeners/request-refused-error';
import { ZodBody, ZodParam } from '../listeners/zod-input';
import { Operators } from './audience';
import { CurrentUser } from './current-user';
import { OperatorAccess } from './operator-access';
import type { Operator } from './principal';

const secondsPerDay = 86_400;

@ApiTags('access')
@Controller(apiPaths.apiTokens)
@Operators()
export class ApiTokensController {
  constructor(
    private readonly access: OperatorAccess,
    private readonly store: AccessStore,
    private readonly audit: AuditStore,
  ) {}

  @Post()
  @Answers(201, createdApiTokenSchema, 400, 401)
  async create(
    @ZodBody(createApiTokenSchema) wish: CreateApiToken,
    @CurrentUser() { user }: Operator,
  ): Promise<CreatedApiToken> {
    const { name, expiresInDays } = wish;
    const expiresInSeconds = expiresInDays === null ? null : expiresInDays * secondsPerDay;
    const { text, record } = await this.access.issue({ kind: 'api', userName: user, name, expiresInSeconds });
    await this.audit.record({
      actor: `operator:${user}`,
      action: 'api-token.created',
      target: record.id,
      details: { name },
    });
    return { ...show(record), token: text };
  }

  @Get()
  @Answers(200, apiTokenListSchema, 401)
  async list(@CurrentUser() { user }: Operator): Promise<{ tokens: ApiToken[] }> {
    return { tokens: (await this.store.listTokens(user, 'api')).map(show) };
  }

  @Delete(':id')
  @Answers(204, null, 401, 404)
  async revoke(@ZodParam('id', z.string().max(64)) id: string, @CurrentUser() { user }: Operator): Promise<void> {
    if (!(await this.store.removeToken({ userName: user, kind: 'api', id }))) throw unknownThing('api token', id);
    await this.audit.record({ actor: `operator:${user}`, action: 'api-token.revoked', target: id });
  }
}

function show({ id, name, createdAt, expiresAt }: AccessTokenRecord): ApiToken {
  return { id, name, createdAt: createdAt.toISOString(), expiresAt: expiresAt?.toISOString() ?? null };
}
