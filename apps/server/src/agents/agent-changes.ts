/** Makes a change of an agent hold at once in this process: look-ups, live connections, views. */
import { Injectable } from '@nestjs/common';
import type { AgentId, AgentType } from '@longshore/protocol';
import { BrokerAccess } from '../broker/broker-access';
import { ServerChannels } from '../delivery/server-channels';
import { LiveUpdates } from '../live/live-updates';
import { TrustedPeers } from '../trust/trusted-peers';

@Injectable()
export class AgentChanges {
  constructor(
    private readonly peers: TrustedPeers,
    private readonly channels: ServerChannels,
    private readonly live: LiveUpdates,
    private readonly broker: BrokerAccess,
  ) {}

  changed(): void {
    this.peers.forgetAll();
    this.live.changed({ topic: 'agents' });
  }

  /** A JMS agent's connections end with its user in the broker. */
  async removed(agentId: AgentId, type: AgentType): Promise<void> {
    this.changed();
    if (type === 'jms') await this.broker.revoke(agentId);
    else await this.channels.of('web')?.disconnect(agentId, 'removed');
  }
}
