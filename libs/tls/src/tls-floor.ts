/**
 * Which TLS do we speak? Version 1.3 only; 1.2 by configuration, then with AEAD suites and forward secrecy alone.
 * The same floor holds on every listener and every dialler (docs/protocol.md, Identity and pins).
 */
import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';

export type MinTlsVersion = 'TLSv1.3' | 'TLSv1.2';

const suites = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
];

/**
 * Renegotiation (1.2) could exchange the peer's certificate after the pin check, and a session ticket would let its
 * holder in without the key: both are off at both ends.
 */
export function tlsFloor(minVersion: MinTlsVersion = 'TLSv1.3'): SecureContextOptions {
  return {
    minVersion,
    ciphers: suites.join(':'),
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}
