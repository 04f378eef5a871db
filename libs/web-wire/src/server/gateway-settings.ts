import type { ServerId } from '@longshore/protocol';

/** What the web wire's server half must know; a class so that Nest can inject it. */
export class GatewaySettings {
  constructor(
    readonly serverId: ServerId,
    /** Time between two blank lines of a command stream, and between two pings of a WebSocket. */
    readonly heartbeatMs: number,
  ) {}
}
