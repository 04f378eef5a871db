/**
 * Keeps commands flowing while the channel is open: one stream at a time, fetched again after it ended or when the
 * server says that there are more. It ends by `stop()`, or by a failure that another attempt would not cure, which it
 * tells through `onFailed`.
 *
 * Never hands a command over twice: the cursor moves when the listener has stored it, and what is not beyond it is
 * passed over.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type CommandMessage, LongshoreError, timeouts } from '@longshore/protocol';
import type { CommandsFrom, GatewayClient } from './gateway-client';
import type { CommandsRefused } from './read-commands';

export interface CommandFeedOptions {
  readonly client: GatewayClient;
  readonly onMessage: (message: CommandMessage) => Promise<void>;
  readonly onRefused: CommandsRefused;
  readonly onFailed: (cause: unknown) => void;
}

/** A pause after each stream, so that a gateway that ends every stream at once is not hammered. */
const pauseFirstMs = 20;

export class CommandFeed {
  readonly #stopping = new AbortController();
  #current: AbortController | null = null;
  #after: number;

  constructor(
    private readonly from: CommandsFrom,
    private readonly options: CommandFeedOptions,
  ) {
    this.#after = from.after;
  }

  start(): void {
    void this.#run();
  }

  /** The server has commands up to `seq`, and not all of them in our stream: another stream will bring them. */
  hint(seq: number): void {
    if (seq > this.#after) this.#current?.abort();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const before = this.#after;
      try {
        await this.#fetchOnce(signal);
        failures = this.#after > before ? 0 : failures + 1;
      } catch (cause) {
        if (signal.aborted) return;
        if (!(cause instanceof LongshoreError) || cause.severity !== 'retry') return this.options.onFailed(cause);
        failures += 1;
      }
      const boundMs = Math.min(timeouts.reconnectMaxMs, pauseFirstMs * 2 ** Math.min(failures, 12));
      await this.#pause(Math.random() * boundMs, signal);
    }
  }

  async #fetchOnce(signal: AbortSignal): Promise<void> {
    const { client, onRefused } = this.options;
    this.#current = new AbortController();
    const onMessage = (message: CommandMessage): Promise<void> => this.#receive(message);
    const either = AbortSignal.any([signal, this.#current.signal]);
    try {
      await client.fetchCommands({ after: this.#after, epoch: this.from.epoch }, { onMessage, onRefused }, either);
    } catch (cause) {
      // A hint cut the stream off: that is no failure of the gateway.
      if (!this.#current.signal.aborted) throw cause;
    }
  }

  async #receive(message: CommandMessage): Promise<void> {
    if (message.seq <= this.#after || this.#stopping.signal.aborted) return;
    await this.options.onMessage(message);
    this.#after = message.seq;
  }

  /** A hint shortens the pause as well. */
  async #pause(durationMs: number, signal: AbortSignal): Promise<void> {
    this.#current = new AbortController();
    const either = AbortSignal.any([signal, this.#current.signal]);
    await pause(durationMs, undefined, { signal: either }).catch(() => undefined);
  }
}
