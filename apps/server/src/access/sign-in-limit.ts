/**
 * May this user name be tried again from this address? Ten failures are free, then each costs twice the wait of the
 * one before, up to a quarter of an hour. Counted per name and address, so that nobody can lock a user out from
 * elsewhere, and per address, so that many names from one place are slowed as well (docs/security.md, Sign-in).
 *
 * Memory is bounded: of more sources than fit, the one that failed longest ago is forgotten.
 */
export interface SignInLimits {
  readonly freeFailures: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly sourcesAtMost: number;
}

const defaults: SignInLimits = {
  freeFailures: 10,
  firstWaitMs: 1_000,
  longestWaitMs: 15 * 60_000,
  sourcesAtMost: 10_000,
};
const addressFreeFailuresFactor = 5;

interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

export class SignInLimit {
  /** In order of the last failure. */
  readonly #failures = new Map<string, Failures>();

  constructor(
    private readonly limits: SignInLimits = defaults,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** 0: go on. Otherwise how long to wait. */
  waitMs(user: string, address: string): number {
    const { freeFailures } = this.limits;
    return Math.max(
      this.#waitOf(keyOf(user, address), freeFailures),
      this.#waitOf(address, freeFailures * addressFreeFailuresFactor),
    );
  }

  failed(user: string, address: string): void {
    this.#count(keyOf(user, address));
    this.#count(address);
  }

  succeeded(user: string, address: string): void {
    this.#failures.delete(keyOf(user, address));
  }

  get sources(): number {
    return this.#failures.size;
  }

  #waitOf(key: string, free: number): number {
    const failures = this.#failures.get(key);
    if (failures === undefined || failures.count < free) return 0;
    const { firstWaitMs, longestWaitMs } = this.limits;
    const wait = Math.min(firstWaitMs * 2 ** Math.min(failures.count - free, 30), longestWaitMs);
    return Math.max(0, failures.lastMs + wait - this.nowMs());
  }

  #count(key: string): void {
    const lastMs = this.nowMs();
    const before = this.#failures.get(key);
    const forgiven = before === undefined || lastMs - before.lastMs > this.limits.longestWaitMs;
    this.#failures.delete(key);
    this.#failures.set(key, { count: forgiven ? 1 : before.count + 1, lastMs });
    if (this.#failures.size > this.limits.sourcesAtMost) {
      const [oldest] = this.#failures.keys();
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
  }
}

const keyOf = (user: string, address: string): string => `${address} ${user}`;
