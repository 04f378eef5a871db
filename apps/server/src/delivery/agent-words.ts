/**
 * Sends unsequenced words to agents: takes the next count of each, wraps, hands them to the agent's wire.
 *
 * Best effort by nature: an agent that does not hear a word says hello again sooner or later.
 */
import type { Queryable, SessionStore } from '@longshore/persistence';
import type { AgentId, AgentType } from '@longshore/protocol';
import type { UnsequencedToAgent } from '@longshore/delivery';
import type { Envelopes, Word } from './envelopes';
import type { ServerChannels } from './server-channels';

export interface WordTo<Type extends UnsequencedToAgent['type']> extends Word<Type> {
  readonly agentId: AgentId;
  readonly wire: AgentType;
}

export class AgentWords {
  constructor(
    private readonly sessions: SessionStore,
    private readonly envelopes: Envelopes,
    private readonly channels: ServerChannels,
  ) {}

  async send<Type extends UnsequencedToAgent['type']>(
    words: readonly WordTo<Type>[],
    queryable?: Queryable,
  ): Promise<void> {
    if (words.length === 0) return;
    const counts = await this.sessions.nextCounts(
      words.map(({ agentId }) => agentId),
      queryable,
    );
    const byAgent = new Map(counts.map((count) => [count.agentId, count]));
    await Promise.all(
      words.map(async (word) => {
        const count = byAgent.get(word.agentId) ?? { agentId: word.agentId, epoch: 0, count: 1, incarnation: null };
        await this.hand(word.wire, word.agentId, this.envelopes.word(count, word));
      }),
    );
  }

  /** For words whose count was taken together with their cause. */
  async hand(wire: AgentType, agentId: AgentId, message: UnsequencedToAgent): Promise<void> {
    try {
      await this.channels.of(wire)?.send(agentId, message);
    } catch {
      // The connection is gone: the agent will say hello, and hears then what it needs to hear.
    }
  }
}
