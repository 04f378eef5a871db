/** Tells every process that something about an agent's trust was changed, this one at once (docs/architecture.md, Scale path). */
import { Injectable } from '@nestjs/common';
import type { AgentId } from '@longshore/protocol';
import { type TrustChange, Wakeups } from '../delivery/wakeups';
import { TrustedPeers } from './trusted-peers';

@Injectable()
export class TrustNotices {
  constructor(
    private readonly peers: TrustedPeers,
    private readonly wakeups: Wakeups,
  ) {}

  /** Look-ups are asked anew here, and views everywhere. */
  changed(agentId: AgentId): void {
    this.peers.forgetAll();
    this.wakeups.tell('agents', [agentId]);
  }

  /** The others are to do the same as this process does by itself. */
  tell(change: TrustChange): void {
    this.wakeups.tell('trust', [change]);
  }

  follow(act: (change: TrustChange) => void): void {
    this.wakeups.on('trustElsewhere', (changes) => {
      this.peers.forgetAll();
      changes.forEach(act);
    });
  }
}
