/**
 * Takes what agents tell: inbox and effect in one transaction, many agents at a time, then the acknowledgement
 * (docs/protocol.md, Delivery).
 *
 * A batch that fails is taken apart, so that what one agent sent fails for that agent alone. An agent that is not to be trusted just now is not acknowledged: it keeps what it has, and its results count once
 * an operator has decided.
 */
import { Batcher, type Peer } from '@longshore/delivery';
import {
  type Database,
  DatabaseUnavailableError,
  type HeldMessage,
  InboxStore,
  type Queryable,
  type RefusalStore,
  type Refusal,
  type SessionStore,
  type StreamKey,
  type StreamState,
} from '@longshore/persistence';
import type { AgentId, AgentStream, EventMessage, EventsAnswer } from '@longshore/protocol';
import type { AgentWords, WordTo } from './agent-words';
import { applyEvents, type EventsApplied } from './apply-events';
import { decideStreamBatch, type StreamVerdict } from './decide-stream-batch';
import type { Wakeups } from './wakeups';

export interface IntakeParts {
  readonly database: Database;
  readonly sessions: SessionStore;
  readonly refusals: RefusalStore;
  readonly words: AgentWords;
  readonly wakeups: Wakeups;
}

interface Delivery {
  readonly peer: Peer;
  readonly messages: readonly EventMessage[];
}

interface Intake {
  /** Where each stream stands now, by its key. */
  readonly streams: ReadonlyMap<string, StreamState>;
  readonly rolledBack: readonly AgentId[];
  readonly applied: EventsApplied;
}

/** Requests that share a transaction at most. */
const deliveriesPerBatch = 128;

export class EventIntake {
  private readonly batcher: Batcher<Delivery, PromiseSettledResult<EventsAnswer>>;
  private readonly inbox = new InboxStore();

  constructor(private readonly parts: IntakeParts) {
    this.batcher = new Batcher({ maxSize: deliveriesPerBatch, write: (deliveries) => this.takeApart(deliveries) });
  }

  async receive(peer: Peer, messages: readonly EventMessage[]): Promise<EventsAnswer> {
    const taken = await this.batcher.add({ peer, messages });
    if (taken.status === 'rejected') throw taken.reason;
    return taken.value;
  }

  private async takeApart(deliveries: readonly Delivery[]): Promise<PromiseSettledResult<EventsAnswer>[]> {
    try {
      return (await this.take(deliveries)).map((value) => ({ status: 'fulfilled', value }));
    } catch (reason) {
      const isPassing = reason instanceof DatabaseUnavailableError;
      if (isPassing || deliveries.length === 1) return deliveries.map(() => ({ status: 'rejected', reason }));
      const settled: PromiseSettledResult<EventsAnswer>[] = [];
      for (const delivery of deliveries) settled.push(...(await this.takeApart([delivery])));
      return settled;
    }
  }

  private async take(deliveries: readonly Delivery[]): Promise<EventsAnswer[]> {
    const intake = await this.parts.database.withTransaction((transaction) => this.record(transaction, deliveries));
    const { wakeups } = this.parts;
    wakeups.tell('ended', intake.applied.ended);
    wakeups.tell('work', intake.applied.freed);
    wakeups.tell('runs', intake.applied.runs);
    const answers = deliveries.map((delivery) => answerOf(delivery, intake.streams));
    await this.parts.words.send(acksOverBroker(deliveries, answers));
    await this.quarantine(intake.rolledBack, deliveries);
    return answers;
  }

  private async record(transaction: Queryable, deliveries: readonly Delivery[]): Promise<Intake> {
    const messages = await this.trusted(transaction, deliveries);
    const byStream = Map.groupBy(messages, keyOf);
    const streams = [...byStream.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
    if (streams.length === 0) return nothing;
    const states = await this.inbox.lockStreams(transaction, streams);
    const verdicts = await this.decide(transaction, states, byStream);
    await this.write(transaction, verdicts);
    const applied = await applyEvents(
      transaction,
      verdicts.flatMap(({ apply }) => apply),
    );
    await this.parts.refusals.record([...applied.refusals, ...verdicts.flatMap(conflictRefusal)], transaction);
    return {
      streams: new Map(verdicts.map(({ stream }) => [keyOf(stream), stream])),
      rolledBack: verdicts.filter(({ conflict }) => conflict !== null).map(({ stream }) => stream.agentId),
      applied,
    };
  }

  /** Messages of agents that may talk, and of the life of theirs that the server knows. */
  private async trusted(transaction: Queryable, deliveries: readonly Delivery[]): Promise<HeldMessage[]> {
    const senders = await this.inbox.senders(transaction, [...new Set(deliveries.map(({ peer }) => peer.agentId))]);
    const known = new Map(senders.filter(({ trusted }) => trusted).map((sender) => [sender.agentId, sender]));
    return deliveries.flatMap(({ peer: { agentId, fingerprint }, messages }) => {
      const sender = known.get(agentId);
      if (sender?.fingerprint !== fingerprint) return [];
      return messages.flatMap(({ incarnation, stream, seq, id, type, body }) => {
        if (incarnation === null || sender.incarnation !== incarnation) return [];
        return [{ agentId, incarnation, stream: stream as AgentStream, seq, id, type, body }];
      });
    });
  }

  private async decide(
    transaction: Queryable,
    states: readonly StreamState[],
    byStream: ReadonlyMap<string, readonly HeldMessage[]>,
  ): Promise<StreamVerdict[]> {
    const held = Map.groupBy(await this.inbox.held(transaction, states), keyOf);
    const old = states.flatMap((state) => (byStream.get(keyOf(state)) ?? []).filter(({ seq }) => seq <= state.highest));
    const recorded = Map.groupBy(old.length === 0 ? [] : await this.inbox.recorded(transaction, old), keyOf);
    return states.map((stream) => {
      const key = keyOf(stream);
      return decideStreamBatch({
        stream,
        held: held.get(key) ?? [],
        recorded: recorded.get(key) ?? [],
        messages: byStream.get(key) ?? [],
      });
    });
  }

  private async write(transaction: Queryable, verdicts: readonly StreamVerdict[]): Promise<void> {
    const record = verdicts.flatMap((verdict) => verdict.record);
    if (record.length > 0) await this.inbox.append(transaction, record);
    const moved = verdicts.filter(({ apply }) => apply.length > 0);
    if (moved.length === 0) return;
    await this.inbox.advance(
      transaction,
      moved.map(({ stream }) => stream),
      moved.some(({ filledGap }) => filledGap),
    );
  }

  private async quarantine(agentIds: readonly AgentId[], deliveries: readonly Delivery[]): Promise<void> {
    if (agentIds.length === 0) return;
    await this.parts.sessions.quarantine(this.parts.database, agentIds, 'agent-rolled-back');
    const body = {
      reason: 'agent-rolled-back' as const,
      text: 'a number was used twice for different messages',
      retryAfterMs: null,
    };
    const peers = new Map(deliveries.map(({ peer }) => [peer.agentId, peer]));
    const words = agentIds.flatMap((agentId): WordTo<'bye'>[] => {
      const peer = peers.get(agentId);
      return peer === undefined ? [] : [{ agentId, wire: peer.wire, type: 'bye', body }];
    });
    await this.parts.words.send(words);
    this.parts.wakeups.tell('agents', agentIds);
  }
}

const nothing: Intake = {
  streams: new Map(),
  rolledBack: [],
  applied: { ended: [], freed: [], runs: [], refusals: [] },
};

function keyOf({ agentId, incarnation, stream }: StreamKey): string {
  return `${agentId} ${incarnation} ${stream}`;
}

function answerOf({ peer, messages }: Delivery, streams: ReadonlyMap<string, StreamState>): EventsAnswer {
  const acks = (['control', 'work'] as const).flatMap((stream) => {
    const first = messages.find((message) => message.stream === stream);
    if (first === undefined || first.incarnation === null) return [];
    const state = streams.get(keyOf({ agentId: peer.agentId, incarnation: first.incarnation, stream }));
    return state === undefined || state.highest === 0 ? [] : [{ stream, seq: state.highest }];
  });
  return { acks, refused: [] };
}

/** Over HTTPS the answer acknowledges; what came through a broker is acknowledged by a word. */
function acksOverBroker(deliveries: readonly Delivery[], answers: readonly EventsAnswer[]): WordTo<'ack'>[] {
  const newest = new Map<AgentId, WordTo<'ack'>>();
  deliveries.forEach(({ peer }, index) => {
    const acks = (answers[index]?.acks ?? []).filter(({ stream }) => stream === 'control');
    if (peer.wire !== 'jms' || acks.length === 0) return;
    newest.set(peer.agentId, { agentId: peer.agentId, wire: 'jms', type: 'ack', body: { acks } });
  });
  return [...newest.values()];
}

function conflictRefusal({ stream, conflict }: StreamVerdict): Refusal[] {
  if (conflict === null) return [];
  const message = `${stream.stream} ${conflict.seq} is ${conflict.recordedId} in the store; ${conflict.id} came under the same number`;
  return [{ agentId: stream.agentId, code: 'AGENT_ROLLED_BACK', message }];
}
