/** Wraps what the server says to agents (docs/protocol.md, Envelope). */
import { randomUUID } from 'node:crypto';
import type { UnsequencedToAgent } from '@longshore/delivery';
import type { OutboxRow, OutgoingCount, ServerRecord } from '@longshore/persistence';
import type { AgentId, BodyOf, CommandMessage, Incarnation, MessageId } from '@longshore/protocol';

type WordType = UnsequencedToAgent['type'];

export interface Word<Type extends WordType> {
  readonly type: Type;
  readonly body: BodyOf<Type>;
  readonly inReplyTo?: MessageId;
}

export class Envelopes {
  constructor(readonly server: ServerRecord) {}

  word<Type extends WordType>(to: OutgoingCount, { type, body, inReplyTo }: Word<Type>): UnsequencedToAgent {
    return {
      ...this.frame(to.agentId, to.epoch, to.incarnation),
      type,
      id: newMessageId(),
      at: new Date().toISOString(),
      count: to.count,
      body,
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
    } as UnsequencedToAgent;
  }

  /** A command keeps its number and id; its envelope names the session in which it is sent. */
  command(row: OutboxRow): CommandMessage {
    return {
      ...this.frame(row.agentId, row.epoch, row.incarnation),
      type: row.type,
      id: row.id,
      at: row.createdAt.toISOString(),
      stream: 'commands',
      seq: row.seq,
      body: row.body,
    } as CommandMessage;
  }

  private frame(agentId: AgentId, epoch: number, incarnation: Incarnation | null) {
    return {
      v: 1,
      serverId: this.server.serverId,
      serverIncarnation: this.server.incarnation,
      agentId,
      incarnation,
      epoch,
      direction: 'server-to-agent',
    } as const;
  }
}

export function newMessageId(): MessageId {
  return randomUUID() as MessageId;
}
