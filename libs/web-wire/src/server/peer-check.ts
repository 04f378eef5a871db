/**
 * Is this peer still the one that we know, and is the API key that it showed still good? Looked up at the connection
 * and again for each message, with an answer that is good for half a second: a forgotten pin or a regenerated key takes
 * effect within a second, and a busy agent costs two look-ups per second.
 */
import type { IncomingMessage } from 'node:http';
import type { Peer, PeerDirectory, RefusedHandshake } from '@longshore/delivery';
import { isAuthorizedBy } from '@longshore/pinning';
import { peerFingerprint } from '@longshore/tls';

const goodForMs = 500;

export class PeerCheck {
  #peer: Promise<Peer | null> | null = null;
  #askedAt = 0;

  constructor(
    /** The handshake's. */
    private readonly request: IncomingMessage,
    private readonly directory: PeerDirectory,
    private readonly leg: RefusedHandshake['leg'],
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
    const { socket, headers } = this.request;
    const fingerprint = peerFingerprint(socket);
    const known = fingerprint === null ? null : await this.directory.byFingerprint(fingerprint);
    const address = `${socket.remoteAddress}:${socket.remotePort}`;
    if (fingerprint === null) return null;
    if (known?.type !== 'web' || !isAuthorizedBy(headers.authorization, known.apiKey)) {
      const { authorization } = headers;
      this.directory.refused({ leg: this.leg, presented: fingerprint, authorization, address });
      return null;
    }
    return { agentId: known.agentId, fingerprint, wire: 'web', address };
  }
}
