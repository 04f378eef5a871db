/** Durations that concern the way to the broker only; what both ends agree on stands in the protocol's timeouts. */
export const brokerTimeouts = {
  /** AMQP heartbeat; a silent broker is noticed within two to three of them. */
  heartbeatMs: 10_000,
  /** From the AMQP header to an open connection. */
  handshakeMs: 10_000,
  /** From a publish to its confirm; longer than a broker needs to elect a new leader. */
  publishMs: 30_000,
  /** A closing handshake that takes longer is cut off. */
  closeMs: 1_000,
  /** Before a channel is replaced after a nack: drawn between the two. */
  channelReplaceMinMs: 150,
  channelReplaceMaxMs: 300,
  /** How long a control word or a report may wait in a queue before it is worth nothing. */
  transientTtlMs: 30_000,
  /** A request to the management API. */
  managementMs: 10_000,
  /** Pauses of the server's own reconnecting: drawn from 0 to the current bound, which doubles. */
  reconnectFirstMs: 100,
  reconnectMaxMs: 5_000,
  /** Pauses before a batch is offered to a store again that could not take it. */
  storeRetryFirstMs: 250,
  storeRetryMaxMs: 5_000,
} as const;
