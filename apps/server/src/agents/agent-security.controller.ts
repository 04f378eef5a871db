/** An agent's identity, as operators steer it. */
import { Controller, Delete, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AgentId, agentIdSchema } from '@longshore/protocol';
import {
  type Agent,
  agentSchema,
  apiPaths,
  type ForgetCertificate,
  forgetCertificateSchema,
  type IssuedApiKey,
  issuedApiKeySchema,
  type RequestIdentity,
  requestIdentitySchema,
} from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { Answers } from '../listeners/answers';
import { ZodBody, ZodParam } from '../listeners/zod-input';
import { AgentSecurity } from './agent-security';
import { AgentViews } from './agent-views';

@ApiTags('agents')
@Controller(apiPaths.agents)
@Operators()
export class AgentSecurityController {
  constructor(
    private readonly security: AgentSecurity,
    private readonly views: AgentViews,
  ) {}

  @Post(':id/forget-certificate')
  @Answers(200, agentSchema, 400, 401, 404)
  async forget(
    @ZodParam('id', agentIdSchema) id: AgentId,
    @ZodBody(forgetCertificateSchema.prefault({})) forgetting: ForgetCertificate,
    @CurrentUser() { user }: Operator,
  ): Promise<Agent> {
    await this.security.forgetCertificate(id, forgetting, user);
    return this.views.find(id);
  }

  @Post(':id/api-key')
  @Answers(201, issuedApiKeySchema, 400, 401, 404)
  issue(@ZodParam('id', agentIdSchema) id: AgentId, @CurrentUser() { user }: Operator): Promise<IssuedApiKey> {
    return this.security.issueApiKey(id, user);
  }

  @Delete(':id/api-key')
  @Answers(204, null, 400, 401, 404)
  async revoke(@ZodParam('id', agentIdSchema) id: AgentId, @CurrentUser() { user }: Operator): Promise<void> {
    await this.security.revokeApiKey(id, user);
  }

  @Post(':id/identity')
  @Answers(200, agentSchema, 400, 401, 404, 409)
  async requestIdentity(
    @ZodParam('id', agentIdSchema) id: AgentId,
    @ZodBody(requestIdentitySchema) { request }: RequestIdentity,
    @CurrentUser() { user }: Operator,
  ): Promise<Agent> {
    await this.security.requestIdentity(id, request, user);
    return this.views.find(id);
  }
}
