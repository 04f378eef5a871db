/** Which agents have an account in the broker: exactly the JMS agents that the database knows. */
import { Injectable } from '@nestjs/common';
import { type BrokerAccount, BrokerAccounts } from '@longshore/jms-wire';
import { AgentTrustStore, type BrokerAgent } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';

@Injectable()
export class StoredBrokerAccounts extends BrokerAccounts {
  constructor(private readonly store: AgentTrustStore) {
    super();
  }

  override async all(): Promise<readonly BrokerAccount[]> {
    return (await this.store.listBrokerAgents()).flatMap(toAccount);
  }

  override async byAgentId(agentId: AgentId): Promise<BrokerAccount | null> {
    const found = await this.store.findBrokerAgent(agentId);
    return found === null ? null : (toAccount(found)[0] ?? null);
  }
}

function toAccount({ agentId, apiKeyId, brokerPasswordHash }: BrokerAgent): BrokerAccount[] {
  return brokerPasswordHash === null ? [] : [{ agentId, keyId: apiKeyId, brokerPasswordHash }];
}
