/**
 * Is this refusal worth a line in the table? The first of its kind in a minute is; a peer that hammers is counted in
 * memory, and the count stands in its next line. Strangers, who can make keys as fast as they like, have a budget for
 * all of them together (docs/security.md, Access).
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
const strangersPerPause = 30;
const keptAtMost = 10_000;

export class RefusalLimit {
  readonly #seen = new Map<string, Seen>();
  #strangersSinceMs = Number.NEGATIVE_INFINITY;
  #strangersTold = 0;

  /** `agentId` null: nobody in particular. */
  decide(agentId: string | null, kind: string, nowMs: number): RefusalVerdict {
    const key = `${agentId ?? ''} ${kind}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined && nowMs - seen.atMs < pauseMs) {
      seen.passedOver += 1;
      return { record: false };
    }
    if (agentId === null && !this.#mayTellOfStranger(nowMs)) return { record: false };
    this.#remember(key, nowMs);
    return { record: true, before: seen?.passedOver ?? 0 };
  }

  #mayTellOfStranger(nowMs: number): boolean {
    if (nowMs - this.#strangersSinceMs >= pauseMs) {
      this.#strangersSinceMs = nowMs;
      this.#strangersTold = 0;
    }
    if (this.#strangersTold >= strangersPerPause) return false;
    this.#strangersTold += 1;
    return true;
  }

  #remember(key: string, atMs: number): void {
    this.#seen.delete(key);
    this.#seen.set(key, { atMs, passedOver: 0 });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > keptAtMost && oldest !== undefined) this.#seen.delete(oldest);
  }
}
