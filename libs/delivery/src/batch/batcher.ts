/**
 * Group commit: while one batch is being written, the next one gathers.
 *
 * A caller's promise settles when the batch that holds its entry has settled, so "resolved" keeps meaning
 * "stands in the store". An idle batcher writes at once (no timer adds latency); under load the batch grows by
 * itself up to `maxSize`. A rejected batch rejects exactly its own entries.
 */
export interface BatcherOptions<Entry, Answer> {
  /** Writes one batch and answers entry by entry, in order. */
  readonly write: (entries: readonly Entry[]) => Promise<readonly Answer[]>;
  readonly maxSize: number;
}

interface Waiting<Entry, Answer> {
  readonly entry: Entry;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

export class Batcher<Entry, Answer> {
  private waiting: Waiting<Entry, Answer>[] = [];
  private writing = false;

  constructor(private readonly options: BatcherOptions<Entry, Answer>) {}

  get depth(): number {
    return this.waiting.length;
  }

  add(entry: Entry): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry, resolve, reject });
      if (!this.writing) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.writing = true;
    // One turn of the event loop's microtasks lets callers of the same moment share the first batch.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      await this.writeOne(this.waiting.splice(0, this.options.maxSize));
    }
    this.writing = false;
  }

  private async writeOne(batch: readonly Waiting<Entry, Answer>[]): Promise<void> {
    try {
      const answers = await this.options.write(batch.map(({ entry }) => entry));
      batch.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (cause) {
      batch.forEach(({ reject }) => reject(cause));
    }
  }
}
