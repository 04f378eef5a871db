/**
 * How do undici's `request` and `fetch` reach a pinned peer? Through a dispatcher whose connections all come from
 * `connectPinned`, so that no request is written to a peer whose key is not the pinned one.
 *
 * Connections are kept alive, so the pin is looked at again before each request: after a forgotten pin no request
 * goes out on an old connection (docs/protocol.md, Identity and pins). Use it with undici's own `fetch`/`request`:
 * Node's built-in `fetch` brings another version of undici.
 */
import type { TLSSocket } from 'node:tls';
import { Agent, type buildConnector, type Dispatcher } from 'undici';
import { connectPinned, type PinnedConnection } from './connect-pinned';
import { pinProblem } from './pin-check';
import { PlaintextRefusedError } from './tls-errors';

export interface PinnedDispatcherOptions extends PinnedConnection {
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveMs?: number;
  /** Connections at a time to one peer; unbounded unless given. */
  readonly connections?: number;
  /** From the request to the answer's headers, and between two pieces of its body; 0 switches the limit off. */
  readonly headersTimeoutMs?: number;
  readonly bodyTimeoutMs?: number;
}

/** One per identity and pinned peer. Close it with `close()` or `destroy()`. */
export function createPinnedDispatcher(options: PinnedDispatcherOptions): PinnedDispatcher {
  return new PinnedDispatcher(options);
}

export class PinnedDispatcher extends Agent {
  readonly #open: Map<TLSSocket, string>;
  readonly #options: PinnedDispatcherOptions;

  constructor(options: PinnedDispatcherOptions) {
    const open = new Map<TLSSocket, string>();
    super({
      connect: pinnedConnector(options, open),
      pipelining: 1,
      allowH2: false,
      connections: options.connections ?? null,
      ...(options.keepAliveMs === undefined ? {} : { keepAliveTimeout: options.keepAliveMs }),
      ...(options.headersTimeoutMs === undefined ? {} : { headersTimeout: options.headersTimeoutMs }),
      ...(options.bodyTimeoutMs === undefined ? {} : { bodyTimeout: options.bodyTimeoutMs }),
    });
    this.#open = open;
    this.#options = options;
  }

  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.closeUnpinned();
    return super.dispatch(options, handler);
  }

  /** Closes every connection whose key is pinned no more. Called before each request; call it when a pin changes. */
  closeUnpinned(): void {
    for (const [socket, peer] of this.#open) {
      if (pinProblem(socket, peer, this.#options.isPinned) !== null) socket.destroy();
    }
  }
}

function pinnedConnector(options: PinnedDispatcherOptions, open: Map<TLSSocket, string>): buildConnector.connector {
  return ({ hostname, port, protocol }, callback) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (protocol !== 'https:') return callback(new PlaintextRefusedError(`${protocol}//${hostname}`), null);
    connectPinned({ ...options, host, port: Number(port === '' ? 443 : port), alpn: ['http/1.1'] }).then(
      (socket) => {
        open.set(socket, `${host}:${port}`);
        socket.once('close', () => open.delete(socket));
        callback(null, socket);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}
