/**
 * The `bye` that a wire says by itself when it closes a connection. It belongs to no session: epoch 0 and the first
 * count of it, so that no session's counting is disturbed.
 */
import { randomUUID } from 'node:crypto';
import {
  type AgentId,
  type ByeReason,
  type Message,
  messageIdSchema,
  protocolVersion,
  type ServerId,
} from '@longshore/protocol';

const texts: Record<ByeReason, string> = {
  'shutting-down': 'the server is shutting down',
  superseded: 'a newer connection of this agent took over',
  'awaiting-approval': 'an operator has to approve this agent first',
  'duplicate-identity': 'another agent has this identity',
  'agent-rolled-back': 'the journal of this agent is older than the server remembers',
  removed: 'this agent was removed',
  forgotten: 'the pin of this agent was forgotten; it may come back with its API key',
  'credentials-changed': 'the API key or the key of this agent was changed',
  'protocol-error': 'the last message was not understood',
};

export function createWireBye(serverId: ServerId, agentId: AgentId, reason: ByeReason): Message<'bye'> {
  return {
    v: protocolVersion,
    type: 'bye',
    id: messageIdSchema.parse(randomUUID()),
    serverId,
    serverIncarnation: null,
    agentId,
    incarnation: null,
    epoch: 0,
    direction: 'server-to-agent',
    count: 1,
    at: new Date().toISOString(),
    body: { reason, text: texts[reason], retryAfterMs: null },
  };
}
