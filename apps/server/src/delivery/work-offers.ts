/**
 * Turns queued attempts into numbered commands: one transaction for many agents (docs/protocol.md, Starting work).
 *
 * The agents' rows are held while their commands are numbered, so numbers have no gap and no double. An agent that is
 * away gets its commands numbered as well: it fetches them when it returns, and its hello has them offered anew.
 */
import { slotsToOffer } from '@longshore/delivery';
import type {
  Database,
  DispatchStore,
  NewCommand,
  OfferTarget,
  OutboxRow,
  OutboxStore,
  Queryable,
} from '@longshore/persistence';
import type { AgentId, AgentType } from '@longshore/protocol';
import { composeRunStep } from './compose-run-step';
import { newMessageId } from './envelopes';
import type { RunDefinitions } from './run-definitions';

/** Commands numbered in one transaction at most; an agent cut off by it is looked at again at once. */
const largestOffer = 2_000;

export interface NumberedCommands {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly rows: readonly OutboxRow[];
}

export interface OfferResult {
  readonly numbered: readonly NumberedCommands[];
  /** Agents that may have had room for more. */
  readonly cutOff: readonly AgentId[];
}

export class WorkOffers {
  constructor(
    private readonly database: Database,
    private readonly store: DispatchStore,
    private readonly outbox: OutboxStore,
    private readonly definitions: RunDefinitions,
  ) {}

  offer(agentIds: readonly AgentId[]): Promise<OfferResult> {
    return this.database.withTransaction((transaction) => this.offerIn(transaction, agentIds));
  }

  /** Numbers a new `step.run` for attempts that have not started, in the agent's new epoch. */
  async offerAgain(transaction: Queryable, target: OfferTarget, attemptIds: readonly QueuedId[]): Promise<void> {
    if (attemptIds.length === 0) return;
    const numbers = new Numbering([target]);
    await this.numberRuns(transaction, numbers, await this.store.openByIds(transaction, attemptIds));
    await this.outbox.append(transaction, numbers.commands);
  }

  private async offerIn(transaction: Queryable, agentIds: readonly AgentId[]): Promise<OfferResult> {
    const targets = await this.store.lockTargets(transaction, agentIds);
    if (targets.length === 0) return { numbered: [], cutOff: [] };
    const numbers = new Numbering(targets);
    await this.numberCancels(transaction, numbers, targets);
    const slots = new Map(targets.map((target) => [target.agentId, slotsToOffer(target)]));
    const claimed = await this.store.claim(transaction, slots, largestOffer);
    await this.numberRuns(transaction, numbers, claimed);
    const cutOff = claimed.length < largestOffer ? [] : [...slots.keys()];
    if (numbers.commands.length === 0) return { numbered: [], cutOff };
    const createdAt = await this.outbox.append(transaction, numbers.commands);
    return { numbered: numbers.byAgent(createdAt), cutOff };
  }

  private async numberRuns(transaction: Queryable, numbers: Numbering, attempts: readonly Claimed[]): Promise<void> {
    if (attempts.length === 0) return;
    const definitions = await this.definitions.read(
      attempts.map(({ runId }) => runId),
      transaction,
    );
    const offers = attempts.flatMap((attempt) => {
      const definition = definitions.get(attempt.runId);
      if (definition === undefined) return [];
      const startEpoch = numbers.epochOf(attempt.agentId);
      numbers.add(attempt.agentId, 'step.run', composeRunStep(attempt, definition, startEpoch));
      return [{ attemptId: attempt.attemptId, startEpoch }];
    });
    await this.store.markOffered(transaction, offers);
  }

  private async numberCancels(
    transaction: Queryable,
    numbers: Numbering,
    targets: readonly OfferTarget[],
  ): Promise<void> {
    const cancels = await this.store.toCancel(
      transaction,
      targets.map(({ agentId }) => agentId),
    );
    if (cancels.length === 0) return;
    const sent = cancels.map(({ agentId, attemptId }) => ({
      attemptId,
      seq: numbers.add(agentId, 'step.cancel', { attemptId, reason: 'the run was cancelled' }),
    }));
    await this.store.markCancelSent(transaction, sent);
  }
}

type Claimed = Awaited<ReturnType<DispatchStore['claim']>>[number];
type QueuedId = Claimed['attemptId'];

/** Gives out the next numbers of the agents whose rows are held. */
class Numbering {
  readonly commands: NewCommand[] = [];
  private readonly targets: ReadonlyMap<AgentId, OfferTarget>;
  private readonly lastSeqs: Map<AgentId, number>;

  constructor(targets: readonly OfferTarget[]) {
    this.targets = new Map(targets.map((target) => [target.agentId, target]));
    this.lastSeqs = new Map(targets.map(({ agentId, lastSeq }) => [agentId, lastSeq]));
  }

  epochOf(agentId: AgentId): number {
    return this.targets.get(agentId)?.epoch ?? 0;
  }

  add(agentId: AgentId, type: NewCommand['type'], body: NewCommand['body']): number {
    const seq = (this.lastSeqs.get(agentId) ?? 0) + 1;
    this.lastSeqs.set(agentId, seq);
    this.commands.push({ agentId, seq, id: newMessageId(), type, body, epoch: this.epochOf(agentId) });
    return seq;
  }

  byAgent(createdAt: Date): NumberedCommands[] {
    const grouped = Map.groupBy(this.commands, ({ agentId }) => agentId);
    return [...grouped].map(([agentId, commands]) => {
      const target = this.targets.get(agentId);
      const incarnation = target?.incarnation ?? null;
      return {
        agentId,
        type: target?.type ?? 'web',
        rows: commands.map((command) => ({ ...command, createdAt, incarnation })),
      };
    });
  }
}
