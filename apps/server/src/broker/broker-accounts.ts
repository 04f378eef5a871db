/**
 * Which agents have an account in the broker: exactly the JMS agents that the database knows. Their users are there only
 * while they have an API key and a pin, and are opened by a certificate where mutual authentication is on.
 */
import { Injectable } from '@nestjs/common';
import { agentUserOf, type BrokerAccount, BrokerAccounts, type BrokerUser, certifiedUserOf } from '@longshore/jms-wire';
import { AgentTrustStore, type BrokerAgent } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import { AgentAuthority } from './agent-authority';

/** How an agent logs in to the broker. */
export interface BrokerEntrance {
  readonly user: string;
  /** PEM; null: by API key. */
  readonly clientCertificate: string | null;
}

@Injectable()
export class StoredBrokerAccounts extends BrokerAccounts {
  constructor(
    private readonly store: AgentTrustStore,
    private readonly authority: AgentAuthority,
  ) {
    super();
  }

  override async all(): Promise<readonly BrokerAccount[]> {
    return (await this.store.listBrokerAgents()).map(toAccount);
  }

  override async byAgentId(agentId: AgentId): Promise<BrokerAccount | null> {
    const agent = await this.store.findBrokerAgent(agentId);
    return agent === null ? null : toAccount(agent);
  }

  /** Null: the agent may not come. */
  async entranceOf(agentId: AgentId): Promise<BrokerEntrance | null> {
    const agent = await this.store.findBrokerAgent(agentId);
    const user = agent === null ? null : userOf(agent);
    if (agent === null || user === null) return null;
    const isCertified = user.passwordHash === null;
    const { publicKeyPem } = agent;
    const clientCertificate = isCertified ? await this.authority.certify({ user: user.name, publicKeyPem }) : null;
    return { user: user.name, clientCertificate };
  }
}

const toAccount = (agent: BrokerAgent): BrokerAccount => ({ agentId: agent.agentId, user: userOf(agent) });

function userOf(agent: BrokerAgent): BrokerUser | null {
  const { agentId, apiKeyId, fingerprint, brokerPasswordHash, mutualAuth } = agent;
  if (apiKeyId === null || fingerprint === null) return null;
  if (mutualAuth) return { name: certifiedUserOf(agentId, apiKeyId, fingerprint), passwordHash: null };
  return brokerPasswordHash === null
    ? null
    : { name: agentUserOf(agentId, apiKeyId), passwordHash: brokerPasswordHash };
}
