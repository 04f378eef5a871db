/**
 * What does a server hand out to whoever asks, before any pin is checked? Its rotation chain: the one connection that
 * no pin guards. No certificate is presented and no byte is written, so a rogue learns nothing from it but an address;
 * what it sends is worth only what its signatures prove (docs/protocol.md, Identity and pins).
 */
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { PeerAddress } from './connect-pinned';
import { ConnectTimeoutError, PeerUnreachableError, TlsHandshakeError, UnpinnedAnswerError } from './tls-errors';
import { tlsFloor, type MinTlsVersion } from './tls-floor';

export interface UnpinnedSource extends PeerAddress {
  /** The only protocol that is offered; a peer that does not choose it is left. */
  readonly alpn: string;
  readonly maxBytes: number;
  /** Dialling, handshake and answer together. */
  readonly timeoutMs: number;
  readonly minVersion?: MinTlsVersion;
  readonly signal?: AbortSignal;
}

/** Everything that the peer says until it ends the connection. Rejects with an error of `tls-errors.ts`. */
export async function readUnpinned(source: UnpinnedSource): Promise<Buffer> {
  source.signal?.throwIfAborted();
  const peer = `${source.host}:${source.port}`;
  const socket = connect({
    ...tlsFloor(source.minVersion),
    host: source.host,
    port: source.port,
    ALPNProtocols: [source.alpn],
    ...(isIP(source.host) === 0 ? { servername: source.host } : {}),
    rejectUnauthorized: false,
  });
  const giveUp = (reason: unknown): void => void socket.destroy(reason instanceof Error ? reason : new Error(peer));
  const timer = setTimeout(() => giveUp(new ConnectTimeoutError(peer, source.timeoutMs)), source.timeoutMs);
  const onAbort = (): void => giveUp(source.signal?.reason);
  source.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await collect(socket, source, peer);
  } finally {
    clearTimeout(timer);
    source.signal?.removeEventListener('abort', onAbort);
    socket.on('error', () => undefined).destroy();
  }
}

function collect(socket: TLSSocket, { alpn, maxBytes }: UnpinnedSource, peer: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let [length, reached, secured] = [0, false, false];
  return new Promise((resolve, reject) => {
    socket.once('connect', () => (reached = true));
    socket.once('secureConnect', () => {
      secured = true;
      if (socket.alpnProtocol !== alpn) reject(new UnpinnedAnswerError(peer, `it does not speak ${alpn}`));
    });
    socket.on('data', (piece: Buffer) => {
      length += piece.length;
      pieces.push(piece);
      if (length > maxBytes) reject(new UnpinnedAnswerError(peer, `its answer is longer than ${maxBytes} bytes`));
    });
    socket.once('end', () => resolve(Buffer.concat(pieces)));
    socket.once('error', (cause) => reject(problemOf(cause, { peer, reached, secured })));
    socket.once('close', () => reject(problemOf(undefined, { peer, reached, secured })));
  });
}

function problemOf(
  cause: Error | undefined,
  { peer, reached, secured }: { readonly peer: string; readonly reached: boolean; readonly secured: boolean },
): Error {
  if (cause instanceof ConnectTimeoutError || cause?.name === 'AbortError') return cause;
  if (!reached) return new PeerUnreachableError(peer, { cause });
  if (!secured) return new TlsHandshakeError(peer, { cause });
  return new UnpinnedAnswerError(peer, 'the line broke before the answer was whole');
}
