/** Agents, as operators see and steer them. */
import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AgentListStore, type AgentRecord } from '@longshore/persistence';
import { type AgentId, agentIdSchema } from '@longshore/protocol';
import {
  type Agent,
  type AgentList,
  type AgentListQuery,
  agentListQuerySchema,
  agentListSchema,
  agentSchema,
  apiPaths,
  type UpdateAgent,
  updateAgentSchema,
} from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { BrokerAccess } from '../broker/broker-access';
import { ServerSettings } from '../config/server-settings';
import { Answers } from '../listeners/answers';
import { unknownThing } from '../listeners/request-refused-error';
import { ZodBody, ZodParam, ZodQuery } from '../listeners/zod-input';
import { AgentAdministration } from './agent-administration';
import { showAgent } from './show-agent';

@ApiTags('agents')
@Controller(apiPaths.agents)
@Operators()
export class AgentsController {
  constructor(
    private readonly store: AgentListStore,
    private readonly administration: AgentAdministration,
    private readonly broker: BrokerAccess,
    private readonly settings: ServerSettings,
  ) {}

  @Get()
  @Answers(200, agentListSchema, 400, 401)
  async list(@ZodQuery(agentListQuerySchema) query: AgentListQuery): Promise<AgentList> {
    const { agents, total } = await this.store.list(query);
    return { agents: agents.map((record) => this.#show(record)), total };
  }

  @Get(':id')
  @Answers(200, agentSchema, 400, 401, 404)
  async find(@ZodParam('id', agentIdSchema) id: AgentId): Promise<Agent> {
    const record = await this.store.find(id);
    if (record === null) throw unknownThing('agent', id);
    return this.#show(record);
  }

  @Patch(':id')
  @Answers(200, agentSchema, 400, 401, 404)
  async change(
    @ZodParam('id', agentIdSchema) id: AgentId,
    @ZodBody(updateAgentSchema) change: UpdateAgent,
    @CurrentUser() { user }: Operator,
  ): Promise<Agent> {
    await this.administration.change(id, change, user);
    return this.find(id);
  }

  @Post(':id/approve')
  @Answers(200, agentSchema, 400, 401, 404)
  async approve(@ZodParam('id', agentIdSchema) id: AgentId, @CurrentUser() { user }: Operator): Promise<Agent> {
    await this.administration.approve(id, user);
    return this.find(id);
  }

  @Delete(':id')
  @Answers(204, null, 400, 401, 404)
  async remove(@ZodParam('id', agentIdSchema) id: AgentId, @CurrentUser() { user }: Operator): Promise<void> {
    await this.administration.remove(id, user);
  }

  #show(record: AgentRecord): Agent {
    const { heartbeatMs } = this.settings;
    return showAgent(record, { heartbeatMs, brokerProblem: this.broker.problem });
  }
}
