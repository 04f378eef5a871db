/** Why a pinned connection did not come about. Codes are listed in docs/reference/errors.md. */
import { LongshoreError, type Fingerprint } from '@longshore/protocol';

interface Because {
  readonly cause?: unknown;
}

/**
 * The peer holds another key than the one that is pinned. The connection was closed before an application byte was
 * written and no pin was changed; an operator compares the two fingerprints and decides.
 */
export class PinMismatchError extends LongshoreError {
  constructor(
    readonly peer: string,
    /** Empty where the caller decides by a plain yes or no. */
    readonly expected: readonly Fingerprint[],
    /** Null: the peer showed no certificate. */
    readonly presented: Fingerprint | null,
  ) {
    const wanted = expected.length === 0 ? 'another key' : expected.join(' or ');
    super('PIN_MISMATCH', 'stop', `${peer} presented ${presented ?? 'no key'} where ${wanted} is pinned`);
  }
}

/** Name resolution, routing, a closed port, or a proxy that would not connect us. Normal while a server is down. */
export class PeerUnreachableError extends LongshoreError {
  constructor(
    readonly peer: string,
    options: Because = {},
  ) {
    super('PEER_UNREACHABLE', 'retry', `${peer} cannot be reached${reason(options.cause)}`, options);
  }
}

/** The peer was reached but TLS did not come about: no TLS there, a version below the floor, or a broken line. */
export class TlsHandshakeError extends LongshoreError {
  constructor(
    readonly peer: string,
    options: Because = {},
  ) {
    super('TLS_HANDSHAKE_FAILED', 'retry', `no TLS with ${peer}${reason(options.cause)}`, options);
  }
}

/** Dialling, handshake and pin check together took longer than allowed: a half-open line or a silent peer. */
export class ConnectTimeoutError extends LongshoreError {
  constructor(
    readonly peer: string,
    readonly timeoutMs: number,
  ) {
    super('CONNECT_TIMEOUT', 'retry', `no verified connection with ${peer} within ${timeoutMs} ms`);
  }
}

/** What an unpinned peer handed out is too long, or the peer does not speak the protocol that was asked for. */
export class UnpinnedAnswerError extends LongshoreError {
  constructor(
    readonly peer: string,
    problem: string,
  ) {
    super('UNPINNED_ANSWER_REFUSED', 'retry', `${peer}: ${problem}`);
  }
}

/** A plain `http:` or `ws:` address was given to a pinned client: it would have been an unpinned connection. */
export class PlaintextRefusedError extends LongshoreError {
  constructor(readonly peer: string) {
    super('PLAINTEXT_REFUSED', 'give-up', `${peer} would be reached without TLS, which is never done`);
  }
}

/** Several addresses that all fail give an AggregateError without a message, only with a code. */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  const code = 'code' in cause ? String(cause.code) : '';
  const text = cause.message === '' ? code : cause.message;
  return text === '' ? '' : `: ${text}`;
}
