/** Waits for what another process brings about, and fails rather than wait for ever; a count of 0 is nothing yet. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function until<T>(
  what: string,
  withinMs: number,
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== null && found !== undefined && found !== false && found !== 0) return found;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`, { cause: lastError });
    await sleep(25);
  }
}
