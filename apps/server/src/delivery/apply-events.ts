/**
 * Carries out what events say, in the transaction that records them (docs/protocol.md, Attempt states). Several
 * events about one attempt become one write.
 */
import {
  type AttemptMove,
  AttemptStore,
  type AttemptRecord,
  AuditStore,
  type HeldMessage,
  type Queryable,
  type Refusal,
  RefusalStore,
} from '@longshore/persistence';
import {
  type AgentId,
  type AttemptId,
  assertNever,
  type AttemptState,
  type BodyOf,
  type RunId,
  type StepEnded,
} from '@longshore/protocol';
import { decideEventEffect } from './decide-event-effect';
import type { EndedAttempt } from './wakeups';

export interface EventsApplied {
  readonly ended: readonly EndedAttempt[];
  /** Agents with a slot less in use. */
  readonly freed: readonly AgentId[];
  readonly runs: readonly RunId[];
  readonly refusals: readonly Refusal[];
}

interface AttemptWord {
  readonly agentId: AgentId;
  readonly attemptId: AttemptId;
  readonly state: AttemptState;
  readonly ended: StepEnded | null;
}

const attempts = new AttemptStore();

export async function applyEvents(transaction: Queryable, events: readonly HeldMessage[]): Promise<EventsApplied> {
  const words: AttemptWord[] = [];
  for (const event of events) {
    const word = attemptWordOf(event);
    if (word === null) await applyOther(transaction, event);
    else words.push(word);
  }
  if (words.length === 0) return { ended: [], freed: [], runs: [], refusals: [] };
  const known = await attempts.lock(transaction, [...new Set(words.map(({ attemptId }) => attemptId))]);
  const folded = foldWords(words, known);
  if (folded.moves.length > 0) await attempts.move(transaction, folded.moves);
  return resultOf(folded, new Map(known.map((attempt) => [attempt.attemptId, attempt])));
}

/** Null: the event concerns no single attempt. */
function attemptWordOf({ agentId, type, body }: HeldMessage): AttemptWord | null {
  switch (type) {
    case 'step.accepted':
      return { agentId, attemptId: (body as BodyOf<'step.accepted'>).attemptId, state: 'accepted', ended: null };
    case 'step.started':
      return { agentId, attemptId: (body as BodyOf<'step.started'>).attemptId, state: 'running', ended: null };
    case 'step.ended': {
      const ended = body as BodyOf<'step.ended'>;
      return { agentId, attemptId: ended.attemptId, state: 'ended', ended };
    }
    case 'worker.crashed':
    case 'pin.refused':
      return null;
    default:
      return assertNever(type);
  }
}

async function applyOther(transaction: Queryable, { agentId, type, body }: HeldMessage): Promise<void> {
  if (type === 'worker.crashed') {
    const crash = body as BodyOf<'worker.crashed'>;
    await attempts.attachEvidence(transaction, agentId, crash.attempts, { workerCrashed: crash });
  }
  if (type === 'pin.refused') await recordPinRefused(transaction, agentId, body as BodyOf<'pin.refused'>);
  const details = body as Readonly<Record<string, unknown>>;
  await new AuditStore(transaction).record({ actor: `agent:${agentId}`, action: type, target: agentId, details });
}

/** Somebody else answered where the agent expected its server or broker: as much an event as a wrong key here. */
async function recordPinRefused(
  transaction: Queryable,
  agentId: AgentId,
  { leg, address, expected, presented }: BodyOf<'pin.refused'>,
): Promise<void> {
  const message = `the agent was answered at ${address} by another key than the pinned one`;
  const details = { leg, address, expected: expected.join(' '), presented };
  await new RefusalStore(transaction).record([{ agentId, code: 'PIN_REFUSED', message, details }]);
}

interface FoldedWords {
  readonly moves: readonly AttemptMove[];
  readonly refusals: readonly Refusal[];
}

function foldWords(words: readonly AttemptWord[], known: readonly AttemptRecord[]): FoldedWords {
  const views = new Map<AttemptId, Pick<AttemptRecord, 'agentId' | 'state' | 'fenced'>>(
    known.map((attempt) => [attempt.attemptId, attempt]),
  );
  const moves = new Map<AttemptId, AttemptMove>();
  const refusals: Refusal[] = [];
  for (const word of words) {
    const view = views.get(word.attemptId);
    const effect = decideEventEffect(view, word);
    if (effect.effect === 'advance' && view !== undefined) {
      views.set(word.attemptId, { ...view, state: effect.state });
      moves.set(word.attemptId, { attemptId: word.attemptId, state: effect.state, ended: word.ended });
    } else if (effect.effect === 'late') {
      refusals.push({ agentId: word.agentId, code: 'VERDICT_LATE', message: lateText(word) });
    } else if (effect.effect === 'not-its-own') {
      refusals.push({
        agentId: word.agentId,
        code: 'ATTEMPT_UNKNOWN',
        message: `attempt ${word.attemptId} is not this agent's`,
      });
    }
  }
  return { moves: [...moves.values()], refusals };
}

function lateText({ attemptId, state, ended }: AttemptWord): string {
  return `attempt ${attemptId} is settled; the agent still says ${ended?.outcome ?? state}`;
}

function resultOf({ moves, refusals }: FoldedWords, known: ReadonlyMap<AttemptId, AttemptRecord>): EventsApplied {
  const moved = moves.flatMap(({ attemptId, state }) => {
    const attempt = known.get(attemptId);
    return attempt === undefined ? [] : [{ attemptId, runId: attempt.runId, agentId: attempt.agentId, state }];
  });
  const ended = moved.filter(({ state }) => state === 'ended');
  return {
    ended: ended.map(({ runId, attemptId }) => ({ runId, attemptId })),
    freed: [...new Set(ended.map(({ agentId }) => agentId))],
    runs: [...new Set(moved.map(({ runId }) => runId))],
    refusals,
  };
}
