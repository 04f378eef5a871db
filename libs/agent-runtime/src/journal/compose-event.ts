/** How does a fact of ours become a message? It gets its stream's next number here, and keeps it for ever. */
import { randomUUID } from 'node:crypto';
import {
  type AgentId,
  type BodyOf,
  type EventMessage,
  type EventType,
  type ServerId,
  messageRegistry,
  protocolVersion,
} from '@longshore/protocol';
import type { JournalState } from './journal-view';

export interface JournalOwner {
  readonly agentId: AgentId;
  readonly serverId: ServerId;
}

export interface EventDraft<T extends EventType = EventType> {
  readonly type: T;
  readonly body: BodyOf<T>;
}

export function composeEvent(owner: JournalOwner, state: JournalState, { type, body }: EventDraft): EventMessage {
  const { stream } = messageRegistry[type];
  return {
    v: protocolVersion,
    type,
    id: randomUUID(),
    ...owner,
    serverIncarnation: state.serverIncarnation,
    incarnation: state.incarnation,
    epoch: state.lastGrant?.epoch ?? 0,
    direction: 'agent-to-server',
    stream,
    seq: state.streams[stream].lastSeq + 1,
    at: new Date().toISOString(),
    body,
  } as EventMessage;
}
