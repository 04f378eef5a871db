/**
 * Is this peer still the one that we know? Looked up at the connection and again for each message, with an answer
 * that is good for half a second: a forgotten pin takes effect within a second, and a busy agent costs two look-ups
 * per second.
 */
import type { Socket } from 'node:net';
import type { Peer, PeerDirectory } from '@longshore/delivery';
import { peerFingerprint } from '@longshore/tls';

const goodForMs = 500;

export class PeerCheck {
  #peer: Promise<Peer | null> | null = null;
  #askedAt = 0;

  constructor(
    private readonly socket: Socket,
    private readonly directory: PeerDirectory,
    private readonly address: string,
  ) {}

  /** Null: not a web agent that we know by its key. */
  ask(): Promise<Peer | null> {
    const now = performance.now();
    if (this.#peer === null || now - this.#askedAt > goodForMs) {
      this.#askedAt = now;
      this.#peer = this.#lookUp();
    }
    return this.#peer;
  }

  async #lookUp(): Promise<Peer | null> {
    const fingerprint = peerFingerprint(this.socket);
    const known = fingerprint === null ? null : await this.directory.byFingerprint(fingerprint);
    if (known === null || fingerprint === null || known.type !== 'web') return null;
    return { agentId: known.agentId, fingerprint, wire: 'web', address: this.address };
  }
}
