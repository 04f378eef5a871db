/**
 * Keeps a service running that tells when it is gone: one that ends by itself is cleared away and started again, with
 * a pause between two starts that fail. A stop waits for a start that is under way, so that nothing is left behind.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Service {
  /** Settles when the service is gone, however it ended. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export interface KeptService<S extends Service> {
  readonly first: S;
  stop(): Promise<void>;
}

export interface KeepPlan<S extends Service> {
  readonly name: string;
  readonly start: () => Promise<S>;
  readonly say: (text: string) => void;
}

const pauseBeforeNextStartMs = 2_000;

/** Rejects when the first start fails; later failures are said and tried again. */
export async function keepRunning<S extends Service>({ name, start, say }: KeepPlan<S>): Promise<KeptService<S>> {
  const first = await start();
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  let current: S | null = first;

  const startAgain = async (): Promise<S | null> => {
    while (!stop.signal.aborted) {
      try {
        return await start();
      } catch (error) {
        say(`${name} does not start: ${(error as Error).message}; trying again`);
        await sleep(pauseBeforeNextStartMs, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    }
    return null;
  };
  const keepingUp = (async () => {
    while (current !== null) {
      await Promise.race([current.exited, stopped]);
      if (stop.signal.aborted) return;
      say(`${name} ended by itself; starting it again`);
      await current.stop();
      current = await startAgain();
    }
  })();
  return {
    first,
    stop: async () => {
      stop.abort();
      await keepingUp;
      await current?.stop();
    },
  };
}
