/**
 * Is this refusal worth a line in the table? The first of its kind in a minute is; a peer that hammers is counted in
 * memory, and the count stands in its next line. Keys can be made as fast as one likes, so there is a budget for what is
 * told of each agent, and one for all strangers together (docs/security.md, Access).
 */
export type RefusalVerdict =
  | { readonly record: false }
  /** `before`: how many of the same were passed over since the last line. */
  | { readonly record: true; readonly before: number };

interface Seen {
  readonly atMs: number;
  passedOver: number;
}

const pauseMs = 60_000;
const toldPerPause = 30;
const keptAtMost = 10_000;

export class RefusalLimit {
  readonly #seen = new Map<string, Seen>();
  readonly #budgets = new Map<string, { readonly sinceMs: number; told: number }>();

  /** `agentId` null: nobody in particular. */
  decide(agentId: string | null, kind: string, nowMs: number): RefusalVerdict {
    const key = `${agentId ?? ''} ${kind}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined && nowMs - seen.atMs < pauseMs) {
      seen.passedOver += 1;
      return { record: false };
    }
    if (!this.#mayTellOf(agentId ?? '', nowMs)) return { record: false };
    this.#remember(key, nowMs);
    return { record: true, before: seen?.passedOver ?? 0 };
  }

  #mayTellOf(whom: string, nowMs: number): boolean {
    const kept = this.#budgets.get(whom);
    const budget = kept !== undefined && nowMs - kept.sinceMs < pauseMs ? kept : { sinceMs: nowMs, told: 0 };
    if (budget.told >= toldPerPause) return false;
    budget.told += 1;
    keep(this.#budgets, whom, budget);
    return true;
  }

  #remember(key: string, atMs: number): void {
    keep(this.#seen, key, { atMs, passedOver: 0 });
  }
}

/** The newest last; the oldest goes when there are too many. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > keptAtMost && oldest !== undefined) map.delete(oldest);
}
