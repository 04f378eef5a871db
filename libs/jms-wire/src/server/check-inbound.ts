/**
 * Who wrote this, and may they? Asked of every message that an agent put into the broker, in this order: the broker's
 * word (user and routing key), the directory, the signature against the pin, then the content (docs/protocol.md, JMS
 * wire). The directory is asked per batch, so a forgotten pin or key stops the agent's messages at once.
 */
import type { ConsumeMessage } from 'amqplib';
import {
  type AgentToServer,
  type Fingerprint,
  messageRegistry,
  parseMessageText,
  type ServerId,
} from '@longshore/protocol';
import type { KnownPeer, Peer } from '@longshore/delivery';
import { createVerifier, parsePublicKey, type Verifier, verifyMessage } from '@longshore/pinning';
import { JmsMessageRefusedError } from '../jms-errors';
import { type AgentUser, keyMarkOf, parseAgentUser, parseRoutingKey } from '../topology';

/** The agent that the broker vouches for. Throws JmsMessageRefusedError where it vouches for none. */
export function brokersWordOn({ fields, properties }: ConsumeMessage): AgentUser {
  const key = parseRoutingKey(fields.routingKey);
  if (key === null) throw new JmsMessageRefusedError('JMS_KIND_FOREIGN', `no agent writes under ${fields.routingKey}`);
  if (properties.userId === undefined) throw new JmsMessageRefusedError('JMS_USER_FOREIGN', 'the user_id is missing');
  const user = parseAgentUser(String(properties.userId));
  if (user?.agentId !== key.agentId) {
    throw new JmsMessageRefusedError('JMS_USER_FOREIGN', `user ${String(properties.userId)} wrote as ${key.agentId}`);
  }
  return user;
}

/** The peer behind the message, if it may speak on this wire with this key. */
export function peerBehind(known: KnownPeer | null, user: AgentUser, address: string): Peer {
  if (known === null || known.type !== 'jms') {
    throw new JmsMessageRefusedError('JMS_SENDER_UNKNOWN', 'no JMS agent of this id is known');
  }
  if (known.apiKey?.keyId !== user.keyId)
    throw new JmsMessageRefusedError('JMS_USER_FOREIGN', 'the API key is no longer good');
  if (user.keyMark !== null && user.keyMark !== keyMarkOf(known.fingerprint))
    throw new JmsMessageRefusedError('JMS_USER_FOREIGN', 'the client certificate is of a key that is not pinned');
  return { agentId: known.agentId, fingerprint: known.fingerprint, wire: 'jms', address };
}

export interface InboundQuestion {
  readonly delivery: ConsumeMessage;
  readonly peer: Peer;
  readonly sender: Verifier;
  readonly serverId: ServerId;
}

/** Throws what `verifyMessage` and `parseMessageText` throw, or JmsMessageRefusedError. */
export async function checkInbound({ delivery, peer, sender, serverId }: InboundQuestion): Promise<AgentToServer> {
  const text = await verifyMessage({ jws: delivery.content.toString('latin1'), sender });
  const message = parseMessageText(text, 'agent-to-server');
  if (message.agentId !== peer.agentId || message.serverId !== serverId) {
    const problem = `${peer.agentId} sent a message of agent ${message.agentId} to server ${message.serverId}`;
    throw new JmsMessageRefusedError('JMS_ENVELOPE_FOREIGN', problem);
  }
  const { kind } = messageRegistry[message.type];
  if (parseRoutingKey(delivery.fields.routingKey)?.kind !== kind) {
    throw new JmsMessageRefusedError('JMS_KIND_FOREIGN', `${message.type} came as ${delivery.fields.routingKey}`);
  }
  return message;
}

/** One prepared key per fingerprint: preparing costs more than a signature. */
export class Verifiers {
  readonly #byFingerprint = new Map<Fingerprint, Verifier>();

  of({ fingerprint, publicKeyPem }: KnownPeer): Verifier {
    const prepared = this.#byFingerprint.get(fingerprint) ?? createVerifier(parsePublicKey(publicKeyPem));
    this.#byFingerprint.set(fingerprint, prepared);
    return prepared;
  }
}
