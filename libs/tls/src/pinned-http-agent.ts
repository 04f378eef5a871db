/**
 * How do clients that take an `https.Agent` (Node's own requests, socket.io-client, ws) reach a pinned peer? Through
 * an agent whose sockets all come from `connectPinned`: a request is written only after the pin check.
 *
 * Sockets are not kept for a second request unless `keepAliveMs` says so: a WebSocket uses its socket up. Who keeps
 * them calls `closeUnpinned` before each request, so that after a forgotten pin none goes out on an old connection
 * (docs/protocol.md, Identity and pins).
 */
import { Agent, type RequestOptions } from 'node:https';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { connectPinned, type PinnedConnection } from './connect-pinned';
import { pinProblem } from './pin-check';
import { PlaintextRefusedError } from './tls-errors';

export interface PinnedHttpAgentOptions {
  /** How long an idle connection is kept for the next request, if the peer does not want it shorter. */
  readonly keepAliveMs?: number;
}

/** Beside an error Node looks at no stream, but its types want one. */
const noStream = new Duplex().destroy();

/** TCP's own probes: rarely, for the pool's time limit ends an idle connection anyway. */
const probeMs = 60_000;

export class PinnedHttpAgent extends Agent {
  readonly #connection: PinnedConnection;
  readonly #open = new Map<TLSSocket, string>();

  constructor(connection: PinnedConnection, { keepAliveMs }: PinnedHttpAgentOptions = {}) {
    const keeping = keepAliveMs === undefined ? { keepAlive: false } : { keepAlive: true, timeout: keepAliveMs };
    // First in, first out is the order in which Node passes over sockets that were destroyed while they were idle.
    super({ ...keeping, keepAliveMsecs: probeMs, scheduling: 'fifo', maxCachedSessions: 0 });
    this.#connection = connection;
  }

  override createConnection(
    { host, port, protocol }: RequestOptions,
    finish: (error: Error | null, stream: Duplex) => void = () => undefined,
  ): undefined {
    const peer = { host: (host ?? 'localhost').replace(/^\[|\]$/g, ''), port: Number(port ?? 443) };
    if (protocol === 'http:' || protocol === 'ws:') {
      finish(new PlaintextRefusedError(peer.host), noStream);
      return undefined;
    }
    connectPinned({ ...this.#connection, ...peer, alpn: ['http/1.1'] }).then(
      (socket) => {
        this.#open.set(socket, `${peer.host}:${peer.port}`);
        socket.once('close', () => this.#open.delete(socket));
        finish(null, socket);
      },
      (error: unknown) => finish(error instanceof Error ? error : new Error(String(error)), noStream),
    );
    return undefined;
  }

  /** The next request is dialled anew; what is under way fails and is asked again. For an identity that has moved. */
  closeAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  /** Closes every connection whose key is pinned no more. */
  closeUnpinned(): void {
    for (const [socket, peer] of this.#open) {
      if (pinProblem(socket, peer, this.#connection.isPinned) !== null) socket.destroy();
    }
  }
}
