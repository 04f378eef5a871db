/**
 * Turns queued attempts into numbered commands: one transaction for many agents (docs/protocol.md, Starting work).
 *
 * The agents' rows are held while their commands are numbered, so numbers have no gap and no double. An agent that is
 * away gets its commands numbered as well: it fetches them when it returns, and its hello has them offered anew.
 */
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { slotsToOffer } from '@longshore/delivery';
import type {
  Database,
  DispatchStore,
  NewCommand,
  Offer,
  OfferTarget,
  OutboxRow,
  OutboxStore,
  Queryable,
  UnofferedAttempt,
} from '@longshore/persistence';
import type { AgentId, AgentType, RunStep } from '@longshore/protocol';
import type { ProcessDefinition } from '@longshore/rest-contract';
import { secretsOf } from '../secrets/secure-inputs';
import { type StepSecrets, StepSecretsUnavailableError } from '../secrets/step-secrets';
import { composeRunStep, stepOf } from './compose-run-step';
import { newMessageId } from './envelopes';
import type { RunDefinitions } from './run-definitions';
import type { EndedAttempt } from './wakeups';

/** Commands numbered in one transaction at most; an agent cut off by it is looked at again at once. */
const largestOffer = 2_000;
/** Sealing is arithmetic of about 0.15 ms for each secret, and heartbeats are not to wait for two thousand of them. */
const sealedAtOnce = 100;

export interface NumberedCommands {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly rows: readonly OutboxRow[];
}

export interface OfferResult {
  readonly numbered: readonly NumberedCommands[];
  /** Agents that may have had room for more. */
  readonly cutOff: readonly AgentId[];
  /** Attempts that nobody could be offered, for their secrets could not be handed over. */
  readonly ended: readonly EndedAttempt[];
}

export interface OfferParts {
  readonly database: Database;
  readonly dispatch: DispatchStore;
  readonly outbox: OutboxStore;
  readonly definitions: RunDefinitions;
  readonly secrets: StepSecrets;
}

export class WorkOffers {
  constructor(private readonly parts: OfferParts) {}

  offer(agentIds: readonly AgentId[]): Promise<OfferResult> {
    return this.parts.database.withTransaction((transaction) => this.offerIn(transaction, agentIds));
  }

  /**
   * Numbers a new `step.run` for attempts that have not started, in the new epoch, which the agent's row already has.
   * Answers with those that ended instead.
   */
  async offerAgain(
    transaction: Queryable,
    agentId: AgentId,
    attemptIds: readonly QueuedId[],
  ): Promise<readonly EndedAttempt[]> {
    if (attemptIds.length === 0) return [];
    const numbers = new Numbering(await this.parts.dispatch.lockTargets(transaction, [agentId]));
    const ended = await this.numberRuns(
      transaction,
      numbers,
      await this.parts.dispatch.openByIds(transaction, attemptIds),
    );
    if (numbers.commands.length > 0) await this.parts.outbox.append(transaction, numbers.commands);
    return ended;
  }

  private async offerIn(transaction: Queryable, agentIds: readonly AgentId[]): Promise<OfferResult> {
    const targets = await this.parts.dispatch.lockTargets(transaction, agentIds);
    if (targets.length === 0) return { numbered: [], cutOff: [], ended: [] };
    const numbers = new Numbering(targets);
    await this.numberCancels(transaction, numbers, targets);
    const slots = new Map(targets.map((target) => [target.agentId, slotsToOffer(target)]));
    const claimed = await this.parts.dispatch.claim(transaction, slots, largestOffer);
    const ended = await this.numberRuns(transaction, numbers, claimed);
    const cutOff = claimed.length < largestOffer ? [] : [...slots.keys()];
    if (numbers.commands.length === 0) return { numbered: [], cutOff, ended };
    const createdAt = await this.parts.outbox.append(transaction, numbers.commands);
    return { numbered: numbers.byAgent(createdAt), cutOff, ended };
  }

  /** Answers with the attempts that ended because their secrets cannot be handed over. */
  private async numberRuns(
    transaction: Queryable,
    numbers: Numbering,
    attempts: readonly Claimed[],
  ): Promise<readonly EndedAttempt[]> {
    if (attempts.length === 0) return [];
    const runIds = attempts.map(({ runId }) => runId);
    const definitions = await this.parts.definitions.read(runIds, transaction);
    const prepared: (PreparedOffer | PreparedEnd)[] = [];
    for (let start = 0; start < attempts.length; start += sealedAtOnce) {
      const some = attempts.slice(start, start + sealedAtOnce).flatMap((attempt) => {
        const definition = definitions.get(attempt.runId);
        const target = numbers.targetOf(attempt.agentId);
        return definition === undefined || target === undefined ? [] : [this.prepare(attempt, definition, target)];
      });
      prepared.push(...(await Promise.all(some)));
      await letOthersRun();
    }
    const offers = prepared.filter((offer) => 'order' in offer);
    for (const { order, agentId } of offers) numbers.add(agentId, 'step.run', order);
    if (offers.length > 0) await this.parts.dispatch.markOffered(transaction, offers);
    const unoffered = prepared.filter((offer) => 'reason' in offer);
    if (unoffered.length > 0) await this.parts.dispatch.endUnoffered(transaction, unoffered);
    return unoffered;
  }

  private async prepare(
    attempt: Claimed,
    definition: ProcessDefinition,
    target: OfferTarget,
  ): Promise<PreparedOffer | PreparedEnd> {
    const { attemptId, agentId, runId } = attempt;
    try {
      const secrets = secretsOf(definition.name, stepOf(attempt, definition));
      const sealed = await this.parts.secrets.seal(attemptId, secrets, target);
      const order = composeRunStep(attempt, definition, target.epoch, sealed);
      return { attemptId, agentId, startEpoch: target.epoch, stepTokenHash: sealed.stepTokenHash, order };
    } catch (error) {
      if (!(error instanceof StepSecretsUnavailableError)) throw error;
      return { attemptId, runId, reason: error.message };
    }
  }

  private async numberCancels(
    transaction: Queryable,
    numbers: Numbering,
    targets: readonly OfferTarget[],
  ): Promise<void> {
    const cancels = await this.parts.dispatch.toCancel(
      transaction,
      targets.map(({ agentId }) => agentId),
    );
    if (cancels.length === 0) return;
    const sent = cancels.map(({ agentId, attemptId }) => ({
      attemptId,
      seq: numbers.add(agentId, 'step.cancel', { attemptId, reason: 'the run was cancelled' }),
    }));
    await this.parts.dispatch.markCancelSent(transaction, sent);
  }
}

type Claimed = Awaited<ReturnType<DispatchStore['claim']>>[number];
type QueuedId = Claimed['attemptId'];

interface PreparedOffer extends Offer {
  readonly agentId: AgentId;
  readonly order: RunStep;
}

type PreparedEnd = EndedAttempt & UnofferedAttempt;

/** Gives out the next numbers of the agents whose rows are held. */
class Numbering {
  readonly commands: NewCommand[] = [];
  private readonly targets: ReadonlyMap<AgentId, OfferTarget>;
  private readonly lastSeqs: Map<AgentId, number>;

  constructor(targets: readonly OfferTarget[]) {
    this.targets = new Map(targets.map((target) => [target.agentId, target]));
    this.lastSeqs = new Map(targets.map(({ agentId, lastSeq }) => [agentId, lastSeq]));
  }

  targetOf(agentId: AgentId): OfferTarget | undefined {
    return this.targets.get(agentId);
  }

  add(agentId: AgentId, type: NewCommand['type'], body: NewCommand['body']): number {
    const seq = (this.lastSeqs.get(agentId) ?? 0) + 1;
    this.lastSeqs.set(agentId, seq);
    this.commands.push({ agentId, seq, id: newMessageId(), type, body, epoch: this.targetOf(agentId)?.epoch ?? 0 });
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
