/**
 * Which key did the other end of this socket prove to hold?
 *
 * Computed once per socket and remembered with it: a keep-alive connection carries many requests, and a destroyed
 * socket no longer tells. Null is normal on the server's side, where a client need not have a certificate. What the
 * fingerprint permits is looked up per request, never remembered here (docs/protocol.md, Identity and pins).
 */
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Fingerprint } from '@longshore/protocol';
import { fingerprintOfPublicKey } from '@longshore/pinning';

interface Peer {
  readonly fingerprint: Fingerprint;
  readonly certificate: X509Certificate;
}

const peers = new WeakMap<TLSSocket, Peer>();

export function peerFingerprint(socket: Socket): Fingerprint | null {
  return peerOf(socket)?.fingerprint ?? null;
}

/** The certificate as PEM; the enrolment keeps its key, which checks the peer's signed messages later. */
export function peerCertificatePem(socket: Socket): string | null {
  return peerOf(socket)?.certificate.toString() ?? null;
}

function peerOf(socket: Socket): Peer | null {
  if (!(socket instanceof TLSSocket)) return null;
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const peer = { certificate, fingerprint: fingerprintOfPublicKey(certificate.publicKey) };
  peers.set(socket, peer);
  return peer;
}
