/**
 * Gets commands to agents: wakes are gathered per agent and served many agents at a time; what was numbered goes to
 * the agent's wire (docs/protocol.md, Delivery).
 *
 * Handing over may fail or reach nobody: the commands stand in the outbox, and the agent's cursor, its hello or the
 * sweep brings them.
 */
import { Batcher, CommandSource } from '@longshore/delivery';
import { DatabaseUnavailableError, type DispatchStore, type OutboxStore } from '@longshore/persistence';
import type { AgentId, AgentType, CommandMessage } from '@longshore/protocol';
import type { Envelopes } from './envelopes';
import type { ServerChannels } from './server-channels';
import type { Wakeups } from './wakeups';
import type { OfferResult, WorkOffers } from './work-offers';

const agentsPerOffer = 200;
const commandsPerRead = 500;

export interface DispatcherParts {
  readonly offers: WorkOffers;
  readonly dispatch: DispatchStore;
  readonly outbox: OutboxStore;
  readonly envelopes: Envelopes;
  readonly channels: ServerChannels;
  readonly wakeups: Wakeups;
  readonly log: (line: string, error: unknown) => void;
}

export class CommandDispatcher extends CommandSource {
  private readonly waking = new Set<AgentId>();
  private readonly underWay = new Set<Promise<void>>();
  private stopped = false;
  private readonly batcher: Batcher<AgentId, void>;

  constructor(private readonly parts: DispatcherParts) {
    super();
    this.batcher = new Batcher({ maxSize: agentsPerOffer, write: (agentIds) => this.serve(agentIds) });
    parts.wakeups.on('work', (agentIds) => this.wake(agentIds));
    parts.wakeups.on('commandsElsewhere', (agentIds) => this.remember(this.passOn(agentIds)));
  }

  /** Looks for work of these agents soon; any number of wakes before that count as one. */
  wake(agentIds: readonly AgentId[]): void {
    for (const agentId of agentIds) {
      if (this.waking.has(agentId) || this.stopped) continue;
      this.waking.add(agentId);
      const offering = this.batcher.add(agentId).catch((error: unknown) => {
        this.parts.log('work could not be offered; the sweep tries again', error);
      });
      this.remember(offering);
    }
  }

  /** Resolves when nothing is being offered or handed over any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** The safety net: finds work whose wake-up was lost. */
  async sweep(): Promise<void> {
    this.wake(await this.parts.dispatch.agentsWithWork());
  }

  override async readCommands(agentId: AgentId, after: number, limit: number): Promise<CommandMessage[]> {
    const rows = await this.parts.outbox.readAfter(agentId, after, limit);
    return rows.map((row) => this.parts.envelopes.command(row));
  }

  /** Hands over everything after this number. */
  async deliverAfter(wire: AgentType, agentId: AgentId, after: number): Promise<void> {
    const channel = this.parts.channels.of(wire);
    if (channel === undefined) return;
    for (let cursor = after; ;) {
      const commands = await this.readCommands(agentId, cursor, commandsPerRead);
      if (commands.length > 0) await channel.deliver(agentId, commands);
      if (commands.length < commandsPerRead) return;
      cursor = commands.at(-1)?.seq ?? cursor;
    }
  }

  /** Hands over again what JMS agents have not acknowledged for long: the broker may have lost its copies. */
  async deliverOverdue(forMs: number): Promise<void> {
    for (const { agentId, ackedSeq } of await this.parts.outbox.overdue(forMs)) {
      await this.deliverAfter('jms', agentId, ackedSeq);
    }
  }

  private async serve(agentIds: readonly AgentId[]): Promise<void[]> {
    // From here on a wake means a new look: what it is about may come after our snapshot.
    for (const agentId of agentIds) this.waking.delete(agentId);
    await this.offer(agentIds);
    return agentIds.map(() => undefined);
  }

  /** What cannot be offered to one agent is no reason to offer nothing to the others. */
  private async offer(agentIds: readonly AgentId[]): Promise<void> {
    try {
      this.handAll(await this.parts.offers.offer(agentIds));
    } catch (error) {
      if (error instanceof DatabaseUnavailableError || agentIds.length === 1) throw error;
      for (const agentId of agentIds) {
        await this.offer([agentId]).catch((cause: unknown) =>
          this.parts.log(`no work could be offered to ${agentId}`, cause),
        );
      }
    }
  }

  private handAll({ numbered, cutOff, ended }: OfferResult): void {
    this.parts.wakeups.tell('ended', ended);
    this.parts.wakeups.tell(
      'commands',
      numbered.map(({ agentId }) => agentId),
    );
    for (const { agentId, type, rows } of numbered) {
      this.remember(
        this.hand(
          type,
          agentId,
          rows.map((row) => this.parts.envelopes.command(row)),
        ),
      );
    }
    this.wake(cutOff);
  }

  private remember(work: Promise<void>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  private async hand(wire: AgentType, agentId: AgentId, commands: readonly CommandMessage[]): Promise<void> {
    try {
      await this.parts.channels.of(wire)?.deliver(agentId, commands);
    } catch (error) {
      this.parts.log(`commands for ${agentId} were not handed over; they stay in the outbox`, error);
    }
  }

  /** Another process numbered commands; if the agent's connection ends here, they go out here. Brokers need no help. */
  private async passOn(agentIds: readonly AgentId[]): Promise<void> {
    for (const agentId of agentIds) {
      try {
        const commands = await this.parts.outbox.readUnacknowledged(agentId, commandsPerRead);
        if (commands.length > 0)
          await this.hand(
            'web',
            agentId,
            commands.map((row) => this.parts.envelopes.command(row)),
          );
      } catch (error) {
        this.parts.log(`commands for ${agentId} could not be read`, error);
      }
    }
  }
}
