/** What follows an enrolment: it is written down, shown, and holds at once in this process. */
import { Injectable } from '@nestjs/common';
import { AuditStore } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import { LiveUpdates } from '../live/live-updates';
import { TrustedPeers } from './trusted-peers';

@Injectable()
export class EnrolmentEffects {
  constructor(
    private readonly audit: AuditStore,
    private readonly live: LiveUpdates,
    private readonly peers: TrustedPeers,
  ) {}

  async enrolled(agentId: AgentId, details: Readonly<Record<string, unknown>>): Promise<void> {
    this.peers.forgetAll();
    await this.audit.record({ actor: `agent:${agentId}`, action: 'agent.enrolled', target: agentId, details });
    this.live.changed({ topic: 'agents' });
  }
}
