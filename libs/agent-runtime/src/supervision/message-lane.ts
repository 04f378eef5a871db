/**
 * How do messages enter an IPC channel without piling up in it? One after another: the next is handed over when the
 * channel has taken the one before. What is said to a closed channel is dropped; the other end is gone and will be
 * told anew when it is back.
 */
export type SendOne<Message> = (message: Message, taken: (error: Error | null) => void) => void;

export class MessageLane<Message> {
  private readonly queue: Message[] = [];
  private sending = false;
  private closed = false;

  constructor(private readonly sendOne: SendOne<Message>) {}

  say(message: Message): void {
    if (this.closed) return;
    this.queue.push(message);
    if (!this.sending) this.next();
  }

  close(): void {
    this.closed = true;
    this.queue.length = 0;
  }

  private next(): void {
    const message = this.queue.shift();
    this.sending = message !== undefined;
    if (message === undefined) return;
    this.sendOne(message, (error) => {
      if (error !== null) this.close();
      this.next();
    });
  }
}
