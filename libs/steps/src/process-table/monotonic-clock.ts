/**
 * The machine's monotonic clock, the same for every process of one boot: what a host wrote down, a worker may compare
 * with. `performance.now()` starts anew in each process.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
