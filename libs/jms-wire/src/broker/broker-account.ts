/**
 * Which agents are to have an account in the broker? The server's database knows; the broker's own list is a copy
 * that is made again from it whenever needed (docs/protocol.md, JMS wire).
 */
import type { AgentId } from '@longshore/protocol';

export interface BrokerAccount {
  readonly agentId: AgentId;
  readonly keyId: string;
  /** In RabbitMQ's form, see `brokerPasswordHash` of the pinning library. */
  readonly brokerPasswordHash: string;
}

export abstract class BrokerAccounts {
  abstract all(): Promise<readonly BrokerAccount[]>;
  abstract byAgentId(agentId: AgentId): Promise<BrokerAccount | null>;
}
