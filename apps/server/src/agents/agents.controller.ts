/** Agents, as operators see and steer them. */
import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AgentId, agentIdSchema } from '@longshore/protocol';
import {
  type Agent,
  type AgentList,
  type AgentListQuery,
  agentListQuerySchema,
  agentListSchema,
  agentSchema,
  apiPaths,
  type ApproveAgent,
  approveAgentSchema,
  type UpdateAgent,
  updateAgentSchema,
} from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { Answers } from '../listeners/answers';
import { ZodBody, ZodParam, ZodQuery } from '../listeners/zod-input';
import { AgentAdministration } from './agent-administration';
import { AgentViews } from './agent-views';

@ApiTags('agents')
@Controller(apiPaths.agents)
@Operators()
export class AgentsController {
  constructor(
    private readonly administration: AgentAdministration,
    private readonly views: AgentViews,
  ) {}

  @Get()
  @Answers(200, agentListSchema, 400, 401)
  list(@ZodQuery(agentListQuerySchema) query: AgentListQuery): Promise<AgentList> {
    return this.views.list(query);
  }

  @Get(':id')
  @Answers(200, agentSchema, 400, 401, 404)
  find(@ZodParam('id', agentIdSchema) id: AgentId): Promise<Agent> {
    return this.views.find(id);
  }

  @Patch(':id')
  @Answers(200, agentSchema, 400, 401, 404)
  async change(
    @ZodParam('id', agentIdSchema) id: AgentId,
    @ZodBody(updateAgentSchema) change: UpdateAgent,
    @CurrentUser() { user }: Operator,
  ): Promise<Agent> {
    await this.administration.change(id, change, user);
    return this.views.find(id);
  }

  @Post(':id/approve')
  @Answers(200, agentSchema, 400, 401, 404, 409)
  async approve(
    @ZodParam('id', agentIdSchema) id: AgentId,
    @ZodBody(approveAgentSchema.prefault({})) approval: ApproveAgent,
    @CurrentUser() { user }: Operator,
  ): Promise<Agent> {
    await this.administration.approve(id, approval, user);
    return this.views.find(id);
  }

  @Post(':id/reject')
  @Answers(204, null, 400, 401, 404, 409)
  async reject(@ZodParam('id', agentIdSchema) id: AgentId, @CurrentUser() { user }: Operator): Promise<void> {
    await this.administration.reject(id, user);
  }

  @Delete(':id')
  @Answers(204, null, 400, 401, 404)
  async remove(@ZodParam('id', agentIdSchema) id: AgentId, @CurrentUser() { user }: Operator): Promise<void> {
    await this.administration.remove(id, user);
  }
}
