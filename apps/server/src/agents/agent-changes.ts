/** Makes a change of an agent hold at once in this process: look-ups, live connections, views. */
import { Injectable } from '@nestjs/common';
import type { AgentId } from '@longshore/protocol';
import { ServerChannels } from '../delivery/server-channels';
import { LiveUpdates } from '../live/live-updates';
import { TrustedPeers } from '../trust/trusted-peers';

@Injectable()
export class AgentChanges {
  constructor(
    private readonly peers: TrustedPeers,
    private readonly channels: ServerChannels,
    private readonly live: LiveUpdates,
  ) {}

  changed(): void {
    this.peers.forgetAll();
    this.live.changed({ topic: 'agents' });
  }

  async removed(agentId: AgentId): Promise<void> {
    this.changed();
    const channels = (['web', 'jms'] as const).map((wire) => this.channels.of(wire));
    await Promise.allSettled(channels.map((channel) => channel?.disconnect(agentId, 'removed')));
  }
}
