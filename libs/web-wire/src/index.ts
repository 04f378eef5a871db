export { GatewayChoice } from './agent/gateway-choice';
export { type CommandsFrom, GatewayClient, type GatewayClientOptions, type LogPiece } from './agent/gateway-client';
export { WebAgentChannel, type WebAgentChannelOptions } from './agent/web-agent-channel';
export {
  GatewayPinRefusedError,
  GatewayRefusedError,
  GatewayUnreachableError,
  LogOffsetConflictError,
  WebChannelClosedError,
} from './gateway-errors';
export { AgentGateway } from './server/agent-gateway';
export { AgentGatewayAdapter } from './server/agent-gateway-adapter';
export { AgentSockets } from './server/agent-sockets';
export { EnvelopeForeignError } from './server/check-sender';
export { CommandStreams, EpochOutdatedError } from './server/command-streams';
export { GatewayController } from './server/gateway-controller';
export { GatewaySettings } from './server/gateway-settings';
export { WebServerChannel } from './server/web-server-channel';
