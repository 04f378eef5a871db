/** How does a process of this agent reach the gateway? Pinned, with the agent's own key; a JMS agent adds its API key. */
import type { PinCheck, PinnedConnection } from '@longshore/tls';
import { GatewayChoice, GatewayClient } from '@longshore/web-wire';
import type { AgentConfigurationFile } from '@longshore/agent-runtime';
import type { AgentSecrets } from './agent-secrets';

export interface GatewayAccess {
  readonly connection: PinnedConnection;
  readonly client: GatewayClient;
}

export function openGateway(
  configuration: AgentConfigurationFile,
  secrets: AgentSecrets,
  isPinned: PinCheck = [configuration.server.current],
): GatewayAccess {
  const connection: PinnedConnection = { isPinned, identity: secrets.identity };
  const client = new GatewayClient({
    gateways: new GatewayChoice(configuration.gateways),
    connection,
    ...(configuration.type === 'jms' ? { apiKey: secrets.apiKey } : {}),
  });
  return { connection, client };
}
