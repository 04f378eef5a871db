/**
 * How do the events of the `control` stream leave? In order, in batches, over the session's channel, and again as
 * long as the server's store has not acknowledged them (docs/protocol.md, Delivery).
 *
 * Ends with its session. A broker's confirm is no acknowledgement: after `resendAfterMs` without the server's word
 * the batch is sent once more, which is normal and harmless.
 */
import { timeouts } from '@longshore/protocol';
import type { AgentChannel } from '@longshore/delivery';
import type { Journal } from '../journal/journal';
import { restamped } from './restamped';

const resendAfterMs = timeouts.requestMs;
const retryFirstMs = 250;

export interface CourierOptions {
  readonly channel: AgentChannel;
  readonly journal: Journal;
  /** The server's store holds the stream up to here. */
  readonly after: number;
  readonly note: (text: string, details: Readonly<Record<string, unknown>>) => void;
}

export class ControlCourier {
  private sentUpTo: number;
  private sending = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: CourierOptions) {
    this.sentUpTo = options.after;
  }

  /** There may be something to send. */
  wake(): void {
    if (!this.sending && !this.stopped) void this.sendAll();
  }

  /** Everything after this number again. */
  rewind(after: number): void {
    this.sentUpTo = Math.min(this.sentUpTo, after);
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    try {
      while (!this.stopped && (await this.sendBatch()));
      this.lookAgainIn(resendAfterMs);
    } catch (cause) {
      // Uncertain whether it got through: normal when a line breaks. The channel reports its own end.
      this.options.note('events were not handed over', { cause: String(cause) });
      this.sentUpTo = this.options.journal.acknowledgedUpTo('control');
      this.lookAgainIn(retryFirstMs + Math.random() * retryFirstMs * 4);
    } finally {
      this.sending = false;
    }
  }

  private async sendBatch(): Promise<boolean> {
    const { channel, journal, note } = this.options;
    const batch = journal.stillHeld('control', this.sentUpTo);
    const last = batch.at(-1);
    if (last === undefined) return false;
    const answer = await channel.submit(restamped(batch, journal));
    this.sentUpTo = Math.max(this.sentUpTo, last.seq);
    for (const { stream, seq } of answer?.acks ?? []) {
      if (stream !== 'commands') await journal.acknowledge(stream, seq);
    }
    for (const refused of answer?.refused ?? []) note('the server refused an event for good', { ...refused });
    return true;
  }

  private lookAgainIn(delayMs: number): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.sentUpTo = Math.min(this.sentUpTo, this.options.journal.acknowledgedUpTo('control'));
      this.wake();
    }, delayMs);
  }
}
