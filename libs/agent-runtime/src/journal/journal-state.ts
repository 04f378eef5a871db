/**
 * What do the journal's entries amount to? A small state that fits into memory whatever the journal holds: cursors,
 * the last grant and the open attempts. `applyFact` is the only thing that changes it, at writing and at replay
 * alike, so what a restart finds is what the process knew (docs/protocol.md, Delivery).
 */
import {
  type AgentStream,
  type AttemptId,
  type AttemptPhase,
  type CommandMessage,
  type EventMessage,
  assertNever,
} from '@longshore/protocol';
import type { JournalFact } from './journal-entry';
import type { JournalSnapshot, JournalState } from './journal-view';

export function emptyState(): JournalState {
  return {
    incarnation: null,
    serverIncarnation: null,
    lastGrant: null,
    unansweredHello: null,
    commands: { highest: 0, highestId: null },
    heldCommands: new Map(),
    commandsSince: 0,
    streams: {
      control: { lastSeq: 0, lastId: null, ackedSeq: 0 },
      work: { lastSeq: 0, lastId: null, ackedSeq: 0 },
    },
    attempts: new Map(),
  };
}

export function snapshotOf(state: JournalState): JournalSnapshot {
  return { ...state, heldCommands: [...state.heldCommands], attempts: [...state.attempts.values()] };
}

/** `seq` is the number of the entry that holds the fact. */
export function applyFact(state: JournalState, fact: JournalFact, seq: number): void {
  switch (fact.kind) {
    case 'born':
      state.incarnation = fact.incarnation;
      return;
    case 'command':
      return applyCommand(state, fact.message, seq);
    case 'event':
      return applyEvent(state, fact.message);
    case 'acknowledged':
      return applyAcknowledged(state, fact.stream, fact.seq);
    case 'hello':
      state.unansweredHello = fact.helloId;
      return;
    case 'grant':
      return applyGrant(state, fact, seq);
    case 'abandoned':
      return applyAbandoned(state, fact.attemptId);
    case 'checkpoint':
      Object.assign(state, restored(fact.snapshot), { commandsSince: seq });
      return;
    case 'kept-command':
      return applyOrder(state, fact.message, seq);
    case 'kept-event':
      return;
    default:
      assertNever(fact);
  }
}

function applyCommand(state: JournalState, message: CommandMessage, entry: number): void {
  state.heldCommands.set(message.seq, message.id);
  for (let next = state.commands.highest + 1; state.heldCommands.has(next); next += 1) {
    state.commands = { highest: next, highestId: state.heldCommands.get(next) ?? null };
    state.heldCommands.delete(next);
  }
  applyOrder(state, message, entry);
  if (message.type !== 'step.cancel') return;
  const attempt = state.attempts.get(message.body.attemptId);
  if (attempt !== undefined) attempt.cancelReason = message.body.reason;
}

/** An attempt that waits is offered again in each new epoch: the order that names the newest one counts. */
function applyOrder(state: JournalState, message: CommandMessage, entry: number): void {
  if (message.type !== 'step.run') return;
  const { attemptId, startEpoch } = message.body;
  const known = state.attempts.get(attemptId);
  if (known === undefined) {
    const fresh = { attemptId, phase: 'received', endedSeq: null, cancelReason: null } as const;
    state.attempts.set(attemptId, { ...fresh, orderEntry: entry, startEpoch });
  } else if (startEpoch >= known.startEpoch) {
    known.orderEntry = entry;
    known.startEpoch = startEpoch;
  }
}

function applyEvent(state: JournalState, message: EventMessage): void {
  const stream = state.streams[message.stream];
  stream.lastSeq = message.seq;
  stream.lastId = message.id;
  if (message.type === 'step.accepted') applyPhase(state, message.body.attemptId, 'accepted');
  if (message.type === 'step.started') applyPhase(state, message.body.attemptId, 'started');
  if (message.type !== 'step.ended') return;
  applyPhase(state, message.body.attemptId, 'ended');
  const attempt = state.attempts.get(message.body.attemptId);
  if (attempt !== undefined) attempt.endedSeq = message.seq;
}

function applyAcknowledged(state: JournalState, stream: AgentStream, seq: number): void {
  state.streams[stream].ackedSeq = seq;
  if (stream !== 'work') return;
  for (const { attemptId, endedSeq } of [...state.attempts.values()]) {
    if (endedSeq !== null && endedSeq <= seq) state.attempts.delete(attemptId);
  }
}

function applyGrant(state: JournalState, fact: JournalFact & { kind: 'grant' }, seq: number): void {
  state.lastGrant = fact.grant;
  state.unansweredHello = null;
  if (state.serverIncarnation !== null && state.serverIncarnation !== fact.serverIncarnation) {
    state.commands = { highest: 0, highestId: null };
    state.heldCommands.clear();
    state.commandsSince = seq;
  }
  state.serverIncarnation = fact.serverIncarnation;
}

/** What runs stays open, to be ended: forgotten, its processes would be nobody's. What has not started never will. */
function applyAbandoned(state: JournalState, attemptId: AttemptId): void {
  const attempt = state.attempts.get(attemptId);
  if (attempt?.phase === 'started') attempt.cancelReason = 'the server gave this attempt up';
  else state.attempts.delete(attemptId);
}

const phases: readonly AttemptPhase[] = ['received', 'accepted', 'started', 'ended'];

/** Phases never go backwards: a late word about an earlier one changes nothing. */
function applyPhase(state: JournalState, attemptId: AttemptId, phase: AttemptPhase): void {
  const attempt = state.attempts.get(attemptId);
  if (attempt !== undefined && phases.indexOf(phase) > phases.indexOf(attempt.phase)) attempt.phase = phase;
}

function restored(snapshot: JournalSnapshot): JournalState {
  return {
    ...snapshot,
    heldCommands: new Map(snapshot.heldCommands),
    attempts: new Map(snapshot.attempts.map((attempt) => [attempt.attemptId, { ...attempt }])),
    streams: { control: { ...snapshot.streams.control }, work: { ...snapshot.streams.work } },
  };
}
