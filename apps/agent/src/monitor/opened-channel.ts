/** What a wire is opened with. It is opened anew at each dial, so what stands here is what holds at that moment. */
import type { AgentConfigurationFile, AgentLog } from '@longshore/agent-runtime';
import type { AgentChannel } from '@longshore/delivery';
import type { AgentSecrets } from '../trust/agent-secrets';
import type { ChainTrust } from '../trust/chain-trust';
import type { GatewayAccess } from '../trust/gateway-access';

export interface ChannelParts {
  readonly configuration: AgentConfigurationFile;
  readonly secrets: AgentSecrets;
  readonly trust: ChainTrust;
  /** The one HTTPS client of this monitor; a JMS agent loads it only when it needs it. */
  readonly gateway: () => Promise<GatewayAccess>;
  readonly log: AgentLog;
  /** A message by a key that is not known as the server's: the chain may have moved on. It may come often. */
  readonly onUnknownSigner: () => void;
}

export interface OpenedChannel {
  readonly channel: AgentChannel;
}
