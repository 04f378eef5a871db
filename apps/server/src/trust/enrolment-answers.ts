/** What an agent learns by its enrolment; the only answer that ever holds its API key. */
import { Injectable } from '@nestjs/common';
import type { NewBearerSecret } from '@longshore/pinning';
import type { AgentId, AgentType, EnrolAnswer } from '@longshore/protocol';
import { BrokerAccess } from '../broker/broker-access';
import { ServerSettings } from '../config/server-settings';
import { ServerIdentity } from './server-identity';

export interface Enrolled {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly apiKey: NewBearerSecret;
  readonly approved: boolean;
  readonly warning: string | null;
}

@Injectable()
export class EnrolmentAnswers {
  constructor(
    private readonly server: ServerIdentity,
    private readonly settings: ServerSettings,
    private readonly broker: BrokerAccess,
  ) {}

  async compose({ agentId, type, apiKey, approved, warning }: Enrolled): Promise<EnrolAnswer> {
    const { serverId, chain } = this.server;
    return {
      agentId,
      state: approved ? 'approved' : 'awaiting-approval',
      warning,
      apiKey: apiKey.text,
      serverId,
      chainHead: chain[chain.length - 1] ?? '',
      gateways: this.settings.gatewayAddresses,
      jms: type === 'jms' ? await this.broker.grant(agentId, apiKey.id) : null,
    };
  }
}
