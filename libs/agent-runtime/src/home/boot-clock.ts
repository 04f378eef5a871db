/**
 * How long ago was that? Milliseconds that never jump with the wall clock and, on Linux, go on while the machine is
 * suspended: a laptop that wakes up must see that its session has aged (docs/protocol.md, Starting work). The same for
 * all processes of one boot, so moments can be told from one to another.
 */
import { uptime } from 'node:os';

export type Clock = () => number;

export const bootClock: Clock =
  process.platform === 'linux' ? () => Math.round(uptime() * 1000) : () => Number(process.hrtime.bigint() / 1_000_000n);
