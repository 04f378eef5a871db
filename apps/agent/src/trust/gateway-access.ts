/**
 * How does a process of this agent reach the gateway? Pinned, with the agent's own key and its API key, both read at
 * use: they may be others than at the start (docs/protocol.md, Enrolment).
 */
import type { ClientIdentity, PinCheck, PinnedConnection } from '@longshore/tls';
import { GatewayChoice, GatewayClient } from '@longshore/web-wire';
import type { AgentConfigurationFile } from '@longshore/agent-runtime';

export interface GatewayAccess {
  readonly connection: PinnedConnection;
  readonly client: GatewayClient;
}

export interface ShownCredentials {
  readonly identity: ClientIdentity;
  readonly apiKey: string;
}

export function openGateway(
  { gateways, server, minTlsVersion }: Pick<AgentConfigurationFile, 'gateways' | 'server' | 'minTlsVersion'>,
  shown: ShownCredentials,
  isPinned: PinCheck = [server.current],
): GatewayAccess {
  const connection: PinnedConnection = { isPinned, identity: () => shown.identity, minVersion: minTlsVersion };
  const client = new GatewayClient({
    gateways: new GatewayChoice(gateways),
    connection,
    apiKey: () => shown.apiKey,
  });
  return { connection, client };
}
