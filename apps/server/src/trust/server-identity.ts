/**
 * Who is this server, to agents and to itself? Its id and incarnation come from the database, its keys from the data
 * folder, and the two must belong together (docs/protocol.md, Identity and pins).
 *
 * The key can move while the process runs: whoever uses one of these fields reads it anew each time and keeps no copy.
 */
import type { Identity, Signer } from '@longshore/pinning';
import type { Incarnation, ServerId } from '@longshore/protocol';

export interface KeyMoved {
  /** The key before was stolen: what it has secured until now is to be cut. */
  readonly emergency: boolean;
}

/** The name under which it is injected. */
export abstract class ServerIdentity {
  abstract readonly serverId: ServerId;
  abstract readonly incarnation: Incarnation;
  abstract readonly identity: Identity;
  /** May be kept: it always signs by the current key. */
  abstract readonly signer: Signer;
  /** Rotation chain, oldest first; the last link is what an agent gets at its enrolment. */
  abstract readonly chain: readonly string[];
  /** JWS over the brokers' addresses and keys; null without a broker. */
  abstract readonly brokerStatement: string | null;
  /** Goes by what the folder holds now; answers the move if there was one. */
  abstract reload(): Promise<KeyMoved | null>;
  /** Called after each move, when all fields are those of the new key. */
  abstract onMoved(listener: (moved: KeyMoved) => void): void;
}
