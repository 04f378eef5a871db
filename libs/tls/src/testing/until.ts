/** Waits for what another process or socket brings about, and fails rather than wait for ever. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function until(condition: () => boolean, timeoutMs = 3_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error('the expected state did not come about');
    await sleep(5);
  }
}
