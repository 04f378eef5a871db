/**
 * What is everything in the broker called, and who may do what with it? (docs/protocol.md, JMS wire)
 *
 * One agent's messages all go through one inbound queue with a single active consumer, so they stay in order however
 * many server processes there are. An agent may write to the inbound exchange under its own name and read its own
 * queue; it can declare nothing.
 */
import { createHash } from 'node:crypto';
import {
  type AgentId,
  agentIdSchema,
  type Fingerprint,
  type MessageKind,
  type MessageType,
  messageRegistry,
} from '@longshore/protocol';

export const inboundExchange = 'jms.in';
/** Fixed for the life of an installation: the agents are spread over them by a hash of their id. */
export const inboundQueueCount = 8;
export const inboundQueueNames: readonly string[] = Array.from({ length: inboundQueueCount }, (_, n) => `jms.in.${n}`);

export function inboundQueueOf(agentId: AgentId): string {
  const n = createHash('sha256').update(agentId).digest().readUInt32BE(0) % inboundQueueCount;
  return `jms.in.${n}`;
}

export const agentQueuePrefix = 'jms.agent.';
export const agentQueueOf = (agentId: AgentId): string => `${agentQueuePrefix}${agentId}`;

export const agentUserPrefix = 'a.';
/** The key id stands in the user's name, so a regenerated API key is another user and the old one is deleted. */
export const agentUserOf = (agentId: AgentId, keyId: string): string => `${agentUserPrefix}${agentId}.${keyId}`;

/**
 * Mutual authentication: the user whom a client certificate names. The pinned key is part of the name as well, for a
 * certificate never expires and is taken back by deleting its user: so that of a key that was rotated out opens nothing.
 */
export const certifiedUserOf = (agentId: AgentId, keyId: string, pinned: Fingerprint): string =>
  `${agentUserOf(agentId, keyId)}.${keyMarkOf(pinned)}`;

/** The first eight bytes of a fingerprint, hexadecimal. */
export function keyMarkOf(fingerprint: Fingerprint): string {
  return Buffer.from(fingerprint.slice('sha256/'.length), 'base64').subarray(0, 8).toString('hex');
}

export interface AgentUser {
  readonly agentId: AgentId;
  readonly keyId: string;
  /** Of the key whose certificate opened the connection; null: a password did. */
  readonly keyMark: string | null;
}

/** Null: not the name of an agent's user. */
export function parseAgentUser(user: string): AgentUser | null {
  const [, agentId, keyId, keyMark] = /^a\.([a-z0-9-]{1,64})\.([A-Za-z0-9_-]+)(?:\.([0-9a-f]{16}))?$/.exec(user) ?? [];
  if (agentId === undefined || keyId === undefined) return null;
  return { agentId: agentIdSchema.parse(agentId), keyId, keyMark: keyMark ?? null };
}

export const bindingKeyOf = (agentId: AgentId): string => `from.${agentId}.#`;

export function routingKeyOf(agentId: AgentId, type: MessageType): string {
  return `from.${agentId}.${messageRegistry[type].kind}`;
}

/** Null: no key under which an agent may write. */
export function parseRoutingKey(key: string): { readonly agentId: AgentId; readonly kind: MessageKind } | null {
  const [, agentId, kind] = /^from\.([a-z0-9-]{1,64})\.(event|report|control)$/.exec(key) ?? [];
  if (agentId === undefined || kind === undefined) return null;
  return { agentId: agentIdSchema.parse(agentId), kind: kind as MessageKind };
}

/** Agent ids hold no character that means something in a regular expression, save the harmless `-`. */
export function agentPermissionsOf(agentId: AgentId): Record<'configure' | 'write' | 'read', string> {
  return { configure: '^$', write: '^jms\\.in$', read: `^jms\\.agent\\.${agentId}$` };
}

export function agentTopicPermissionsOf(agentId: AgentId): Record<'exchange' | 'write' | 'read', string> {
  return { exchange: inboundExchange, write: `^from\\.${agentId}\\.`, read: '^$' };
}
