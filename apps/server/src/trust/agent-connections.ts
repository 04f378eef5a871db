/**
 * Makes a change of an agent's trust hold on what it has open: look-ups are asked anew, WebSocket, command streams and
 * AMQP connections end, at once in this process and over PostgreSQL's notices in the others. A web agent whose notice
 * is lost is found at its next word, for each is checked against the pin (docs/protocol.md, Identity and pins).
 */
import { Injectable } from '@nestjs/common';
import type { AgentId, ByeReason } from '@longshore/protocol';
import { BrokerAccess } from '../broker/broker-access';
import { type AgentOnWire, AgentSessions } from '../delivery/agent-sessions';
import { ServerChannels } from '../delivery/server-channels';
import type { TrustChange } from '../delivery/wakeups';
import { TrustNotices } from './trust-notices';

@Injectable()
export class AgentConnections {
  constructor(
    private readonly notices: TrustNotices,
    private readonly channels: ServerChannels,
    private readonly sessions: AgentSessions,
    private readonly broker: BrokerAccess,
  ) {
    notices.follow((change) => this.#follow(change));
  }

  /** Something was changed that ends nothing. */
  changed(agentId: AgentId): void {
    this.notices.changed(agentId);
  }

  /** All that the agent has open; resolves when it has ended in this process and the broker has been told. */
  async end(agent: AgentOnWire, reason: ByeReason): Promise<void> {
    // Before anything else: what comes while the word is on its way is refused already.
    this.notices.changed(agent.agentId);
    // Best effort, and before the end: the word only says why. A web agent hears it with the end itself.
    if (agent.type === 'jms') await this.sessions.sayBye(agent, reason).catch(() => undefined);
    // Before the cut: an agent that is back at once must not be shown as gone.
    await this.sessions.ending(agent.agentId);
    await this.#cut(agent, reason);
  }

  /** What was opened with a former key; the agent, which may be back already with its new one, needs no word. */
  endFormer(agent: AgentOnWire): Promise<void> {
    return this.#cut(agent, 'credentials-changed');
  }

  /** What was opened before another key was pinned by an operator's leave, and what waits for who had the one before. */
  async pinnedAnew(agent: AgentOnWire): Promise<void> {
    await this.#cut(agent, 'credentials-changed');
    if (agent.type === 'jms') await this.broker.pinnedAnew(agent.agentId);
  }

  /** A JMS agent is asked by this process alone: the broker finds it wherever it is. */
  async askForHello({ agentId, type }: AgentOnWire, reason: string): Promise<void> {
    this.notices.tell({ agentId, type, effect: 'resync' });
    await this.sessions.askForHello([{ agentId, type }], reason);
  }

  async #cut({ agentId, type }: AgentOnWire, reason: ByeReason): Promise<void> {
    this.notices.changed(agentId);
    this.notices.tell({ agentId, type, effect: reason });
    if (type === 'web') await this.channels.of('web')?.disconnect(agentId, reason);
    else await this.broker.credentialsChanged(agentId);
  }

  #follow({ agentId, type, effect }: TrustChange): void {
    if (type !== 'web') return;
    const followed =
      effect === 'resync'
        ? this.sessions.askForHello([{ agentId, type }], 'the identity is to be renewed')
        : this.channels.of('web')?.disconnect(agentId, effect);
    followed?.catch(() => undefined);
  }
}
