/**
 * Every duration that both ends must agree on, in one place; docs/timeouts.md explains them in prose.
 * Durations that concern one process only stand beside that process's configuration.
 */
export const timeouts = {
  /** Time between two `agent.status` reports when nothing changes. The welcome may say otherwise. */
  heartbeatMs: 15_000,
  /** A leg is half-open when its last application round trip is older than this many heartbeats. */
  heartbeatsUntilLost: 2,
  /** TCP, TLS and pin check together. */
  connectMs: 10_000,
  /** From `hello` to `welcome`; afterwards the connection is closed and dialled anew. */
  welcomeMs: 15_000,
  /** First and largest pause between two dials; each pause is drawn from 0 to the current bound (full jitter). */
  reconnectFirstMs: 250,
  reconnectMaxMs: 15_000,
  /** An HTTPS request that carries events or a piece of log. */
  requestMs: 30_000,
  /** Between TERM and KILL when a step is cancelled or timed out, unless the step says otherwise. */
  killGraceMs: 5_000,
} as const;
