/** What this server puts into each welcome besides the session: heartbeat, brokers, rotation of its key and of the agent's. */
import { Injectable } from '@nestjs/common';
import { IdentityDueStore, type IdentityDuty } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import { ServerSettings } from '../config/server-settings';
import { WelcomeContent } from '../delivery/welcome-content';
import { ServerIdentity } from './server-identity';

@Injectable()
export class ServerWelcomeContent extends WelcomeContent {
  constructor(
    private readonly settings: ServerSettings,
    private readonly server: ServerIdentity,
    private readonly due: IdentityDueStore,
  ) {
    super();
  }

  override get heartbeatMs(): number {
    return this.settings.heartbeatMs;
  }

  override async brokers(): Promise<string | null> {
    return this.server.brokerStatement;
  }

  /** The chain begins with the link of the first key; as long as there was no rotation there is nothing to tell. */
  override async statements(): Promise<readonly string[]> {
    return this.server.chain.length > 1 ? this.server.chain : [];
  }

  override identityFor(agentId: AgentId): Promise<IdentityDuty> {
    return this.due.dutyOf(agentId);
  }
}
