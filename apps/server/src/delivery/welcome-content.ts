/** What a welcome carries besides the session itself; the parts that own it fill it in (docs/protocol.md, Delivery). */
import type { AgentConfiguration, AgentId } from '@longshore/protocol';

export abstract class WelcomeContent {
  abstract readonly heartbeatMs: number;
  /** JWS by the server identity over the brokers' addresses and fingerprints; null without a broker. */
  abstract brokers(): Promise<string | null>;
  /** Key rotation statements since the agent's pin, oldest first. */
  abstract statements(agentId: AgentId): Promise<readonly string[]>;
  /** What the agent is to do with its identity in this session. */
  abstract identityFor(agentId: AgentId): Promise<AgentConfiguration['identity']>;
}
