/**
 * One open command stream: commands of one agent as lines, in order, none twice, with a blank line per heartbeat.
 *
 * Commands come from two sides: out of the store at the beginning and wherever there is a gap, and live from the
 * dispatcher. The cursor decides: what is not beyond it is passed over, what does not follow it directly makes the
 * store be asked. A reader that does not keep up loses the stream and fetches another; the store forgets nothing.
 */
import { Readable } from 'node:stream';
import type { CommandSource } from '@longshore/delivery';
import { type AgentId, type CommandMessage, limits } from '@longshore/protocol';

export interface CommandStreamOptions {
  readonly agentId: AgentId;
  readonly after: number;
  readonly epoch: number;
  readonly source: CommandSource;
  readonly heartbeatMs: number;
  /** Whether its reader may still have the commands; asked once per heartbeat. */
  readonly stillGood: () => Promise<boolean>;
  readonly onFault: (problem: unknown) => void;
}

/** Commands read from the store at a time. */
const readAtATime = 100;
/** What may wait in memory for a slow reader. */
const maxBufferedBytes = 4 * limits.messageBytes;

export class CommandStream {
  readonly agentId: AgentId;
  readonly epoch: number;
  /** The body of the answer. */
  readonly body: Readable;
  #cursor: number;
  #turn: Promise<void>;
  #wantsMore: (() => void) | null = null;

  constructor(private readonly options: CommandStreamOptions) {
    this.agentId = options.agentId;
    this.epoch = options.epoch;
    this.#cursor = options.after;
    this.body = new Readable({ read: () => this.#reading(), highWaterMark: 64 * 1024 });
    const heartbeat = setInterval(() => void this.#beat(), options.heartbeatMs);
    this.body
      .on('error', () => undefined)
      .once('close', () => {
        clearInterval(heartbeat);
        this.#reading();
      });
    this.#write('\n');
    this.#turn = this.#refill().catch((cause: unknown) => this.#fail(cause));
  }

  /** Resolves when they are written or turned out to be written before; a stream that ended takes nothing. */
  push(commands: readonly CommandMessage[]): Promise<void> {
    this.#turn = this.#turn.then(() => this.#pushNow(commands)).catch((cause: unknown) => this.#fail(cause));
    return this.#turn;
  }

  /** Notices between processes can be lost; a reader that is out must not stay for as long as it likes. */
  async #beat(): Promise<void> {
    const good = await this.options.stillGood().catch(() => true);
    if (good) this.#write('\n');
    else this.body.destroy();
  }

  end(): void {
    if (!this.body.destroyed) this.body.push(null);
  }

  async #pushNow(commands: readonly CommandMessage[]): Promise<void> {
    for (const command of commands) {
      if (command.seq > this.#cursor + 1) await this.#refill();
      if (command.seq <= this.#cursor || this.body.destroyed) continue;
      this.#cursor = command.seq;
      this.#write(`${JSON.stringify(command)}\n`);
    }
  }

  /** Everything in the store beyond the cursor, no faster than it is read. */
  async #refill(): Promise<void> {
    while (!this.body.destroyed) {
      const commands = await this.options.source.readCommands(this.agentId, this.#cursor, readAtATime);
      for (const command of commands.filter(({ seq }) => seq > this.#cursor)) {
        this.#cursor = command.seq;
        if (!this.#write(`${JSON.stringify(command)}\n`)) await this.#untilRead();
      }
      if (commands.length < readAtATime) return;
    }
  }

  #write(line: string): boolean {
    if (this.body.destroyed || this.body.readableEnded) return true;
    const goesOn = this.body.push(line);
    if (this.body.readableLength > maxBufferedBytes) this.body.destroy();
    return goesOn;
  }

  #untilRead(): Promise<void> {
    return new Promise((resolve) => (this.#wantsMore = resolve));
  }

  #reading(): void {
    this.#wantsMore?.();
    this.#wantsMore = null;
  }

  /** The store cannot be read now: the agent fetches again, and finds another process or a better moment. */
  #fail(cause: unknown): void {
    this.options.onFault(cause);
    this.body.destroy();
  }
}
