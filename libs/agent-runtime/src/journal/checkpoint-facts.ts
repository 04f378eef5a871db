/**
 * What is written when a journal is made short? Its state, then every message that somebody may still ask for: what
 * the server has not acknowledged, a window of what it has (a restored server is refilled from it), the orders of open
 * attempts, and a window of commands by which a duplicate is told from a conflict (docs/protocol.md, Delivery).
 */
import type { AgentStream, CommandMessage, EventMessage } from '@longshore/protocol';
import type { JournalFact } from './journal-entry';
import { snapshotOf } from './journal-state';
import type { JournalState } from './journal-view';
import type { JournalStore } from './journal-store';

/** Acknowledged messages that are kept per stream. */
export const retentionWindow = 1000;

const everything = Number.MAX_SAFE_INTEGER;

export function checkpointFacts(state: JournalState, store: JournalStore): JournalFact[] {
  return [
    { kind: 'checkpoint', snapshot: snapshotOf(state), chainedTo: store.end.hash },
    ...keptCommands(state, store),
    ...keptEvents(state, store, 'control'),
    ...keptEvents(state, store, 'work'),
  ];
}

function keptCommands(state: JournalState, store: JournalStore): JournalFact[] {
  const window = { stream: 'commands', after: state.commands.highest - retentionWindow, since: state.commandsSince };
  const numbered = store.messageFacts({ ...window, limit: everything }).map(commandOf);
  const inWindow = new Set(numbered.map(({ id }) => id));
  const orders = [...state.attempts.values()].map(({ orderEntry }) => commandOf(store.factAt(orderEntry)));
  return [
    ...orders.filter(({ id }) => !inWindow.has(id)).map((message) => kept(message, false)),
    ...numbered.map((message) => kept(message, true)),
  ];
}

function keptEvents(state: JournalState, store: JournalStore, stream: AgentStream): JournalFact[] {
  const after = state.streams[stream].ackedSeq - retentionWindow;
  return store
    .messageFacts({ stream, after, limit: everything })
    .map((fact) => ({ kind: 'kept-event', message: eventOf(fact) }));
}

function kept(message: CommandMessage, numbered: boolean): JournalFact {
  return { kind: 'kept-command', message, numbered };
}

export function commandOf(fact: JournalFact | undefined): CommandMessage {
  if (fact?.kind === 'command' || fact?.kind === 'kept-command') return fact.message;
  throw new Error(`a command was expected, not ${fact?.kind ?? 'nothing'}`);
}

export function eventOf(fact: JournalFact): EventMessage {
  if (fact.kind === 'event' || fact.kind === 'kept-event') return fact.message;
  throw new Error(`an event was expected, not ${fact.kind}`);
}
