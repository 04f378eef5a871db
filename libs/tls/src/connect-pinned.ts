/**
 * How does every connection that we dial begin? With a TLS socket that is handed out only when the peer's key is the
 * pinned one; until then nothing of ours is written to it (docs/protocol.md, Identity and pins).
 *
 * No connection is ever resumed: a resumed session proves possession of a ticket, not of the key.
 */
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { LongshoreError, timeouts } from '@longshore/protocol';
import { pinProblem, type PinCheck } from './pin-check';
import { ConnectTimeoutError, PeerUnreachableError, TlsHandshakeError } from './tls-errors';
import { tlsFloor, type MinTlsVersion } from './tls-floor';

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** Gives a raw stream to the peer by another way than dialling it, for instance through an HTTP proxy. */
export type Via = (peer: PeerAddress, signal: AbortSignal) => Promise<Duplex>;

/** What is presented when the peer asks for a certificate. */
export interface ClientIdentity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** What holds for every connection that one identity makes to one pinned peer. */
export interface PinnedConnection {
  readonly isPinned: PinCheck;
  /** A function is asked at each dialling: the key of an agent may move while it runs. */
  readonly identity?: ClientIdentity | (() => ClientIdentity);
  readonly minVersion?: MinTlsVersion;
  /** Dialling, handshake and pin check together; `timeouts.connectMs` unless given. */
  readonly timeoutMs?: number;
  readonly via?: Via;
}

export interface PinnedTarget extends PinnedConnection, PeerAddress {
  readonly alpn?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Rejects with an error of `tls-errors.ts`, or with the signal's reason. */
export async function connectPinned(target: PinnedTarget): Promise<TLSSocket> {
  target.signal?.throwIfAborted();
  const peer = `${target.host}:${target.port}`;
  const timeoutMs = target.timeoutMs ?? timeouts.connectMs;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new ConnectTimeoutError(peer, timeoutMs)), timeoutMs);
  const signal = target.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, target.signal]);
  try {
    const line = target.via === undefined ? null : await openVia(target.via, target, signal);
    return await secure(target, line, signal);
  } finally {
    clearTimeout(timer);
  }
}

async function openVia(via: Via, { host, port }: PeerAddress, signal: AbortSignal): Promise<Duplex> {
  const opening = via({ host, port }, signal);
  let aborted = false;
  try {
    return await Promise.race([
      opening,
      new Promise<never>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      ),
    ]);
  } catch (cause) {
    aborted = signal.aborted;
    if (aborted || cause instanceof LongshoreError) throw cause;
    throw new PeerUnreachableError(`${host}:${port}`, { cause });
  } finally {
    // A line that comes too late is nobody's: close it.
    if (aborted) void opening.then((line) => line.destroy()).catch(() => undefined);
  }
}

function secure(target: PinnedTarget, line: Duplex | null, signal: AbortSignal): Promise<TLSSocket> {
  const peer = `${target.host}:${target.port}`;
  const socket = connect({
    ...handshakeOptions(target),
    ...(line === null ? { host: target.host, port: target.port } : { socket: line }),
  });
  let reached = line !== null;
  return new Promise<TLSSocket>((resolve, reject) => {
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('error', onError).removeListener('close', onClose);
    };
    const refuse = (reason: unknown): void => {
      settle();
      // The socket may still report an error while it goes down; it has been dealt with.
      socket.on('error', () => undefined).destroy();
      reject(reason);
    };
    const failure = (cause?: Error): LongshoreError =>
      reached ? new TlsHandshakeError(peer, { cause }) : new PeerUnreachableError(peer, { cause });
    const onError = (cause: Error): void => refuse(failure(cause));
    const onClose = (): void => refuse(failure());
    const onAbort = (): void => refuse(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError).once('close', onClose);
    socket.once('connect', () => (reached = true));
    socket.once('secureConnect', () => {
      try {
        const problem = pinProblem(socket, peer, target.isPinned);
        if (problem !== null) return refuse(problem);
      } catch (error) {
        return refuse(error);
      }
      settle();
      resolve(socket.setNoDelay(true));
    });
  });
}

function handshakeOptions({ host, identity, minVersion, alpn }: PinnedTarget): ConnectionOptions {
  const presented = typeof identity === 'function' ? identity() : identity;
  return {
    ...tlsFloor(minVersion),
    ...(presented === undefined ? {} : { cert: presented.certificatePem, key: presented.privateKeyPem }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    // RFC 6066 knows no addresses as server names.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    // The pin decides, not an authority: see pinProblem.
    rejectUnauthorized: false,
  };
}
