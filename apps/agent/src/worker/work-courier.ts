/**
 * How do the messages of the `work` stream get to the server? Posted over HTTPS in order and in batches, again and
 * again until the server's store has them (docs/protocol.md, Delivery). The journal keeps them meanwhile, so this
 * courier may be killed at any moment.
 *
 * Ends when it is stopped; a refusal or an outage only lengthens the pause.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type EventMessage, type EventsAnswer, timeouts } from '@longshore/protocol';
import { fullJitter } from '@longshore/agent-runtime';

export interface WorkCourierParts {
  readonly post: (messages: readonly EventMessage[], signal: AbortSignal) => Promise<EventsAnswer>;
  readonly acknowledged: (seq: number) => void;
  readonly problem: (cause: unknown) => void;
  readonly refused: (refused: EventsAnswer['refused'][number]) => void;
}

const bounds = { firstMs: timeouts.reconnectFirstMs, maxMs: timeouts.reconnectMaxMs };

export class WorkCourier {
  private readonly owed = new Map<number, EventMessage>();
  private readonly stopping = new AbortController();
  private posting = false;

  constructor(private readonly parts: WorkCourierParts) {}

  /** Repetitions of what is owed already are normal. */
  add(messages: readonly EventMessage[]): void {
    for (const message of messages) this.owed.set(message.seq, message);
    if (!this.posting) void this.postAll();
  }

  stop(): void {
    this.stopping.abort();
  }

  private async postAll(): Promise<void> {
    this.posting = true;
    const { signal } = this.stopping;
    for (let failures = 0; this.owed.size > 0 && !signal.aborted;) {
      failures = (await this.postOnce(signal)) ? 0 : failures + 1;
      if (failures > 0) await pause(fullJitter(failures, bounds, Math.random()), undefined, { signal }).catch(() => 0);
    }
    this.posting = false;
  }

  /** False: nothing moved, so the next try should not come at once. */
  private async postOnce(signal: AbortSignal): Promise<boolean> {
    const batch = [...this.owed.values()].sort((left, right) => left.seq - right.seq);
    try {
      const { acks, refused } = await this.parts.post(batch, signal);
      refused.forEach((each) => this.parts.refused(each));
      const seq = acks.find(({ stream }) => stream === 'work')?.seq ?? 0;
      const before = this.owed.size;
      for (const owed of [...this.owed.keys()]) if (owed <= seq) this.owed.delete(owed);
      if (seq > 0) this.parts.acknowledged(seq);
      return this.owed.size < before;
    } catch (cause) {
      if (!signal.aborted) this.parts.problem(cause);
      return false;
    }
  }
}
