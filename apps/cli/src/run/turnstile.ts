/** Lets at most so many go at once; the others wait in order. */
export type Turnstile = (act: () => Promise<void>) => Promise<void>;

export function createTurnstile(mostAtOnce: number): Turnstile {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (act) => {
    if (inside >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else inside += 1;
    try {
      await act();
    } finally {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    }
  };
}
