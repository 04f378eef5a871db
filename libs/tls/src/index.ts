export { connectPinned } from './connect-pinned';
export type { ClientIdentity, PeerAddress, PinnedConnection, PinnedTarget, Via } from './connect-pinned';
export { fetchChain } from './fetch-chain';
export { peerCertificatePem, peerFingerprint } from './peer-fingerprint';
export type { PinCheck } from './pin-check';
export { createPinnedDispatcher, PinnedDispatcher } from './pinned-dispatcher';
export type { PinnedDispatcherOptions } from './pinned-dispatcher';
export { PinnedHttpAgent } from './pinned-http-agent';
export { tlsServerOptions } from './server-options';
export type { ServerTls } from './server-options';
export {
  ConnectTimeoutError,
  PeerUnreachableError,
  PinMismatchError,
  PlaintextRefusedError,
  TlsHandshakeError,
} from './tls-errors';
export type { MinTlsVersion } from './tls-floor';
