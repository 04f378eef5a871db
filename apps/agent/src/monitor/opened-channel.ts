/** What a wire is opened with, and what the session gets of it. */
import type { AgentConfigurationFile, AgentLog } from '@longshore/agent-runtime';
import type { AgentChannel } from '@longshore/delivery';
import type { BrokerStatement } from '@longshore/pinning';
import type { AgentSecrets } from '../trust/agent-secrets';
import type { ChainTrust } from '../trust/chain-trust';

export interface ChannelParts {
  readonly configuration: AgentConfigurationFile;
  readonly secrets: AgentSecrets;
  readonly trust: ChainTrust;
  readonly log: AgentLog;
}

export interface OpenedChannel {
  readonly channel: AgentChannel;
  /** Another list of brokers came; a web agent has none. */
  readonly useBrokers: (brokers: BrokerStatement['brokers']) => void;
}
