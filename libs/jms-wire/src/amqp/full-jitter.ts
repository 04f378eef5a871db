/** How long is the next pause? Drawn from 0 to a bound that doubles, so that many clients never come in step. */
export function fullJitterMs(attempt: number, firstMs: number, maxMs: number): number {
  return Math.random() * Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 20));
}
