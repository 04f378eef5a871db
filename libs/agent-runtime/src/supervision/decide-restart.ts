/**
 * What does the monitor do when its worker has ended? (docs/architecture.md, Processes)
 *
 * A worker that was told to stop stays stopped. Any other end is a crash: it is started again, the first time almost
 * at once, then with a pause that doubles as long as it keeps crashing, so that a broken machine is not kept busy.
 */
export interface WorkerEnd {
  readonly wasAskedToStop: boolean;
  readonly ranMs: number;
  /** Crashes in a row before this one. */
  readonly crashesBefore: number;
}

export type RestartVerdict =
  | { readonly verdict: 'stay-stopped' }
  | { readonly verdict: 'restart'; readonly afterMs: number; readonly crashes: number };

const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** Whoever ran this long has not crashed because of what it met at its start. */
const steadyAfterMs = 60_000;

export function decideRestart({ wasAskedToStop, ranMs, crashesBefore }: WorkerEnd): RestartVerdict {
  if (wasAskedToStop) return { verdict: 'stay-stopped' };
  const before = ranMs >= steadyAfterMs ? 0 : crashesBefore;
  const afterMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(before, 20));
  return { verdict: 'restart', afterMs, crashes: before + 1 };
}
