/**
 * The server's half of a wire and what the wire calls back. One `ServerChannel` per wire serves all agents of it;
 * the `GatewayIntake` behind it is the same for both.
 */
import type {
  AgentId,
  AgentType,
  ByeReason,
  CommandMessage,
  EventMessage,
  EventsAnswer,
  Fingerprint,
  ServerToAgent,
} from '@longshore/protocol';
import type { UnsequencedToServer } from './agent-channel';

/** Who is at the other end, as proved by the wire: TLS key (web, HTTPS) or message signature and broker user (JMS). */
export interface Peer {
  readonly agentId: AgentId;
  readonly fingerprint: Fingerprint;
  readonly wire: AgentType;
  /** Where it comes from, for people: `203.0.113.7:51234` or the broker's name. */
  readonly address: string;
}

export type UnsequencedToAgent = Exclude<ServerToAgent, CommandMessage>;

export abstract class GatewayIntake {
  /** A control word or report. Replies go out through the channel; resolves when the word has had its effect. */
  abstract receiveWord(peer: Peer, message: UnsequencedToServer): Promise<void>;
  /** Sequenced messages: resolves when they stand in the store together with their effects. */
  abstract receiveEvents(peer: Peer, messages: readonly EventMessage[]): Promise<EventsAnswer>;
  /** Something that is no message of ours, or is not what its sender may say; shown to operators. */
  abstract refuse(peer: Peer | null, problem: { readonly code: string; readonly message: string }): void;
  /** The control leg of this peer is gone (web only: a broker does not tell us). */
  abstract controlLegClosed(peer: Peer): void;
}

export abstract class ServerChannel {
  abstract readonly wire: AgentType;
  /** Sends a control word if the agent can be reached through this process; silently nothing otherwise. */
  abstract send(agentId: AgentId, message: UnsequencedToAgent): Promise<void>;
  /** Hands over commands that already stand in the outbox, in order of their sequence. */
  abstract deliver(agentId: AgentId, commands: readonly CommandMessage[]): Promise<void>;
  /** Closes every live connection of the agent on this wire, within a second. */
  abstract disconnect(agentId: AgentId, reason: ByeReason): Promise<void>;
}

/** Reads the outbox of one agent: the commands after a cursor, in order. */
export abstract class CommandSource {
  abstract readCommands(agentId: AgentId, after: number, limit: number): Promise<CommandMessage[]>;
}

/** What the server remembers of a peer and checks each request and each message against. */
export interface KnownPeer {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly fingerprint: Fingerprint;
  /** PEM of the pinned certificate's public key, for message signatures. */
  readonly publicKeyPem: string;
  readonly approved: boolean;
  /** Shown on every request besides the key; `secretHash` is SHA-256 in hexadecimal. Null: revoked. */
  readonly apiKey: { readonly keyId: string; readonly secretHash: string } | null;
}

/** What somebody showed who was not let in. */
export interface RefusedHandshake {
  readonly leg: 'websocket' | 'https';
  readonly presented: Fingerprint;
  /** The header as it came, for the API key in it may say which agent was meant. */
  readonly authorization: string | undefined;
  readonly address: string;
}

/** Looks peers up per request and per message, never per handshake: a forgotten pin takes effect within a second. */
export abstract class PeerDirectory {
  abstract byFingerprint(fingerprint: Fingerprint): Promise<KnownPeer | null>;
  abstract byAgentId(agentId: AgentId): Promise<KnownPeer | null>;
  /** Shown to operators; returns at once. */
  abstract refused(handshake: RefusedHandshake): void;
}
