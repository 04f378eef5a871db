/**
 * How does a TLS listener of ours behave? It shows its identity, on the agent port asks for a client certificate
 * without judging it (the pin of that agent does, per request), and never resumes a session.
 *
 * Tickets are off and nothing answers for a session cache, so a stolen session is worth nothing
 * (docs/protocol.md, Identity and pins).
 */
import type { TlsOptions } from 'node:tls';
import { timeouts } from '@longshore/protocol';
import { tlsFloor, type MinTlsVersion } from './tls-floor';

export interface ServerTls {
  readonly identity: { readonly certificatePem: string; readonly privateKeyPem: string };
  /** `ask` on the agent gateway; `none` where browsers and operators come. */
  readonly clientCertificates: 'ask' | 'none';
  readonly minVersion?: MinTlsVersion;
  readonly alpn?: readonly string[];
}

/** Fits `tls.createServer`, `https.createServer` and Fastify's `https`. */
export function tlsServerOptions({ identity, clientCertificates, minVersion, alpn }: ServerTls): TlsOptions {
  return {
    ...tlsFloor(minVersion),
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
    requestCert: clientCertificates === 'ask',
    rejectUnauthorized: false,
    handshakeTimeout: timeouts.connectMs,
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
  };
}
