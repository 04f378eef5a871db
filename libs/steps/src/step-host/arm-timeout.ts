/**
 * When has a step run too long? Counted on the monotonic clock of the host, so that it holds while worker and monitor
 * are down and while somebody sets the wall clock.
 */

/** Node fires a longer timer at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Returns what disarms it. */
export function armTimeout(timeoutMs: number | null, expire: () => void): () => void {
  if (timeoutMs === null) return () => undefined;
  const expiresAtMs = performance.now() + timeoutMs;
  let timer: NodeJS.Timeout;
  const wait = () => {
    const leftMs = expiresAtMs - performance.now();
    if (leftMs <= 0) expire();
    else timer = setTimeout(wait, Math.min(leftMs, longestTimerMs));
  };
  wait();
  return () => clearTimeout(timer);
}
