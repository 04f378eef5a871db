/** What an agent learns when its key is pinned or moved, and when it asks what it should hold of its server. */
import { Injectable } from '@nestjs/common';
import { AgentTrustStore } from '@longshore/persistence';
import type {
  AgentId,
  AgentType,
  EnrolAnswer,
  JmsAccess,
  MoveIdentityAnswer,
  RePinAnswer,
  TrustAnswer,
} from '@longshore/protocol';
import { BrokerAccess } from '../broker/broker-access';
import { ServerSettings } from '../config/server-settings';
import { ServerIdentity } from './server-identity';

export interface KnownAgent {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly apiKeyId: string;
}

export interface PinnedAgent extends KnownAgent {
  readonly approved: boolean;
  readonly warning: string | null;
}

@Injectable()
export class EnrolmentAnswers {
  constructor(
    private readonly server: ServerIdentity,
    private readonly settings: ServerSettings,
    private readonly broker: BrokerAccess,
    private readonly agents: AgentTrustStore,
  ) {}

  /** The only answer that ever holds an API key. */
  async enrolled(agent: PinnedAgent, apiKey: string): Promise<EnrolAnswer> {
    return { ...(await this.pinned(agent)), apiKey };
  }

  async pinned(agent: PinnedAgent): Promise<RePinAnswer> {
    const { serverId, chain } = this.server;
    return {
      agentId: agent.agentId,
      state: agent.approved ? 'approved' : 'awaiting-approval',
      warning: agent.warning,
      serverId,
      chainHead: chain[chain.length - 1] ?? '',
      gateways: this.settings.gatewayAddresses,
      jms: await this.#jms(agent),
    };
  }

  async moved(agent: KnownAgent): Promise<MoveIdentityAnswer> {
    return { jms: await this.#jms(agent) };
  }

  async trust(agentId: AgentId, type: AgentType): Promise<TrustAnswer> {
    const { gatewayAddresses: gateways } = this.settings;
    const apiKeyId = (await this.agents.findById(agentId))?.apiKey?.keyId ?? '';
    return { statements: [...this.server.chain], gateways, jms: await this.#jms({ agentId, type, apiKeyId }) };
  }

  /** A server that lost its broker's settings still tells what it can. */
  async #jms({ agentId, type, apiKeyId }: KnownAgent): Promise<JmsAccess | null> {
    return type === 'jms' && this.broker.configured !== null ? this.broker.grant(agentId, apiKeyId) : null;
  }
}
