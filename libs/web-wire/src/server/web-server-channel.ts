/**
 * The server's half of the web wire: words over the agent's WebSocket, commands over its open stream, or a hint that
 * there are some (docs/protocol.md, Web wire). Knows the agents that are connected to this process only.
 */
import { Injectable } from '@nestjs/common';
import { ServerChannel, type UnsequencedToAgent } from '@longshore/delivery';
import type { AgentId, ByeReason, CommandMessage } from '@longshore/protocol';
import { AgentSockets } from './agent-sockets';
import { CommandStreams } from './command-streams';

@Injectable()
export class WebServerChannel extends ServerChannel {
  override readonly wire = 'web';

  constructor(
    private readonly sockets: AgentSockets,
    private readonly streams: CommandStreams,
  ) {
    super();
  }

  override async send(agentId: AgentId, message: UnsequencedToAgent): Promise<void> {
    this.sockets.send(agentId, message);
  }

  override async deliver(agentId: AgentId, commands: readonly CommandMessage[]): Promise<void> {
    const newest = commands.at(-1);
    if (newest === undefined) return;
    if (!(await this.streams.push(agentId, commands))) this.sockets.announceCommands(agentId, newest.seq);
  }

  override async disconnect(agentId: AgentId, reason: ByeReason): Promise<void> {
    this.sockets.disconnect(agentId, reason);
    this.streams.close(agentId);
  }
}
