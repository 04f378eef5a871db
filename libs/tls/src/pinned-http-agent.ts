/**
 * How do clients that take an `https.Agent` (socket.io-client, ws) reach a pinned peer? Through an agent whose
 * sockets all come from `connectPinned`: the upgrade request is written only after the pin check.
 *
 * Sockets are not kept for a second request; a WebSocket uses its socket up.
 */
import { Agent, type RequestOptions } from 'node:https';
import { Duplex } from 'node:stream';
import { connectPinned, type PinnedConnection } from './connect-pinned';
import { PlaintextRefusedError } from './tls-errors';

/** Beside an error Node looks at no stream, but its types want one. */
const noStream = new Duplex().destroy();

export class PinnedHttpAgent extends Agent {
  readonly #connection: PinnedConnection;

  constructor(connection: PinnedConnection) {
    super({ keepAlive: false, maxCachedSessions: 0 });
    this.#connection = connection;
  }

  override createConnection(
    { host, port, protocol }: RequestOptions,
    finish: (error: Error | null, stream: Duplex) => void = () => undefined,
  ): undefined {
    const peer = { host: host ?? 'localhost', port: Number(port ?? 443) };
    if (protocol === 'http:' || protocol === 'ws:') {
      finish(new PlaintextRefusedError(peer.host), noStream);
      return undefined;
    }
    connectPinned({ ...this.#connection, ...peer, alpn: ['http/1.1'] }).then(
      (socket) => finish(null, socket),
      (error: unknown) => finish(error instanceof Error ? error : new Error(String(error)), noStream),
    );
    return undefined;
  }
}
