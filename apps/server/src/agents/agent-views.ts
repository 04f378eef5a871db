/** Agents, as operators see them now. */
import { Injectable } from '@nestjs/common';
import { AgentListStore, type AgentRecord } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import type { Agent, AgentList, AgentListQuery } from '@longshore/rest-contract';
import { BrokerAccess } from '../broker/broker-access';
import { ServerSettings } from '../config/server-settings';
import { unknownThing } from '../listeners/request-refused-error';
import { showAgent } from './show-agent';

@Injectable()
export class AgentViews {
  constructor(
    private readonly store: AgentListStore,
    private readonly broker: BrokerAccess,
    private readonly settings: ServerSettings,
  ) {}

  async list(query: AgentListQuery): Promise<AgentList> {
    const { agents, total } = await this.store.list(query);
    return { agents: agents.map((record) => this.#show(record)), total };
  }

  async find(id: AgentId): Promise<Agent> {
    const record = await this.store.find(id);
    if (record === null) throw unknownThing('agent', id);
    return this.#show(record);
  }

  #show(record: AgentRecord): Agent {
    const { heartbeatMs } = this.settings;
    return showAgent(record, { heartbeatMs, brokerProblem: this.broker.problem });
  }
}
