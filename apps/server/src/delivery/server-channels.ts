/** The wires of this process, by the type of agent that they serve. A wire registers itself once it can send. */
import type { ServerChannel } from '@longshore/delivery';
import type { AgentType } from '@longshore/protocol';

export class ServerChannels {
  private readonly channels = new Map<AgentType, ServerChannel>();

  register(channel: ServerChannel): void {
    this.channels.set(channel.wire, channel);
  }

  /** Undefined where this process has no such wire, as without a broker. */
  of(wire: AgentType): ServerChannel | undefined {
    return this.channels.get(wire);
  }
}
