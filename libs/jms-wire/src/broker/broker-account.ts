/**
 * Which agents are to have an account in the broker? The server's database knows; the broker's own list is a copy
 * that is made again from it whenever needed (docs/protocol.md, JMS wire).
 *
 * The queue is the agent's for as long as the agent exists; the user is there only while it may come: an agent whose
 * API key is revoked or whose pin is forgotten has none.
 */
import type { AgentId } from '@longshore/protocol';

export interface BrokerUser {
  /** `agentUserOf` by password, `certifiedUserOf` by certificate. */
  readonly name: string;
  /** In RabbitMQ's form, see `brokerPasswordHash` of the pinning library; null: no password opens it. */
  readonly passwordHash: string | null;
}

export interface BrokerAccount {
  readonly agentId: AgentId;
  readonly user: BrokerUser | null;
}

export abstract class BrokerAccounts {
  abstract all(): Promise<readonly BrokerAccount[]>;
  /** Null: there is no such JMS agent (any more). */
  abstract byAgentId(agentId: AgentId): Promise<BrokerAccount | null>;
}
