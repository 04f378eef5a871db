/**
 * Is the key at the other end of this socket the right one? Asked after the handshake and before the first
 * application byte, on every socket that we dial (docs/protocol.md, Identity and pins).
 *
 * It is asked of the socket and not through `checkServerIdentity`, which Node does not call for a self-signed peer
 * when `rejectUnauthorized` is off, nor on a resumed session.
 */
import type { TLSSocket } from 'node:tls';
import type { Fingerprint } from '@longshore/protocol';
import { decidePin, type PinVerdict } from '@longshore/pinning';
import { peerFingerprint } from './peer-fingerprint';
import { PinMismatchError } from './tls-errors';

/**
 * The pins themselves, or a question to whoever keeps them. A function is asked again for each use of a connection;
 * answering with the verdict of `decidePin` instead of a bare boolean lets an error name the expected keys.
 */
export type PinCheck = readonly Fingerprint[] | ((presented: Fingerprint) => boolean | PinVerdict);

/** Null when the peer may be spoken to. */
export function pinProblem(socket: TLSSocket, peer: string, isPinned: PinCheck): PinMismatchError | null {
  const presented = peerFingerprint(socket);
  const verdict = presented === null ? decide([], null) : ask(isPinned, presented);
  switch (verdict.verdict) {
    case 'match':
    case 'first-contact':
      return null;
    case 'mismatch':
    case 'no-key':
      return new PinMismatchError(peer, verdict.expected, presented);
  }
}

function ask(isPinned: PinCheck, presented: Fingerprint): PinVerdict {
  if (typeof isPinned !== 'function') return decide(isPinned, presented);
  const answer = isPinned(presented);
  return typeof answer === 'boolean' ? decide(answer ? [presented] : [], presented) : answer;
}

function decide(pins: readonly Fingerprint[], presented: Fingerprint | null): PinVerdict {
  return decidePin({ pins, presented, firstContact: false });
}
