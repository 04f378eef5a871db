/**
 * How do the messages of the `work` stream get to the worker, which posts them over HTTPS? In order, at most a window
 * ahead of what the server has acknowledged, and again from its start to each new worker; the worker drops what it
 * holds already.
 */
import type { EventMessage } from '@longshore/protocol';
import type { Journal } from '../journal/journal';
import { restamped } from '../session/restamped';

const windowSize = 100;

export class WorkFeed {
  private handedUpTo = 0;
  private ackedUpTo = 0;

  constructor(
    private readonly journal: Journal,
    private readonly hand: (messages: readonly EventMessage[]) => void,
  ) {}

  /** There is a new worker, or the server wants everything after this number again. */
  rewind(after: number): void {
    this.handedUpTo = after;
    this.ackedUpTo = after;
    this.feed();
  }

  acknowledged(seq: number): void {
    this.ackedUpTo = Math.max(this.ackedUpTo, seq);
    this.feed();
  }

  feed(): void {
    const room = this.ackedUpTo + windowSize - this.handedUpTo;
    if (room <= 0) return;
    const messages = this.journal.stillHeld('work', this.handedUpTo, room);
    const last = messages.at(-1);
    if (last === undefined) return;
    this.handedUpTo = last.seq;
    this.hand(restamped(messages, this.journal));
  }
}
