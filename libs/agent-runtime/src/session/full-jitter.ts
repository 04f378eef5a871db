/**
 * How long does the agent wait before the next dial? Drawn from 0 to a bound that doubles with each failure, so that
 * a fleet which lost its server at one moment does not come back at one moment (docs/timeouts.md).
 */
import { timeouts } from '@longshore/protocol';

export interface PauseBounds {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const reconnectBounds: PauseBounds = { firstMs: timeouts.reconnectFirstMs, maxMs: timeouts.reconnectMaxMs };

/** After a `bye` that only an operator can lift: often enough that lifting it is soon noticed. */
export const refusedBounds: PauseBounds = { firstMs: 30_000, maxMs: 300_000 };

/** While an operator has yet to approve this agent: somebody may be looking at the screen. */
export const approvalBounds: PauseBounds = { firstMs: 5_000, maxMs: 15_000 };

/** `failures` counts from 0; `random` is from 0 to 1. */
export function fullJitter(failures: number, bounds: PauseBounds, random: number): number {
  const bound = Math.min(bounds.maxMs, bounds.firstMs * 2 ** Math.min(failures, 30));
  return Math.round(random * bound);
}
