/**
 * What keeps the server's way to the broker open? One loop: make the broker's content right, dial, consume, tell that
 * it is up, wait until it ends, pause, again; for ever, until it is stopped. It ends by `stop()` alone.
 *
 * A broker that was killed, restarted or lost its data folder is the normal case here: it comes back complete, and
 * `onReconnected` lets delivery publish again what no agent has acknowledged.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { consumeBounded, type Delivered } from '../amqp/bounded-consumer';
import type { BrokerConnection } from '../amqp/broker-connection';
import type { BrokerDialler } from '../amqp/broker-dialler';
import { ConfirmedPublisher } from '../amqp/confirmed-publisher';
import { fullJitterMs } from '../amqp/full-jitter';
import type { BrokerTopology } from '../broker/broker-topology';
import { brokerTimeouts } from '../broker-timeouts';
import { inboundQueueNames } from '../topology';

export interface BrokerUpkeepOptions {
  readonly dialler: BrokerDialler;
  readonly topology: BrokerTopology;
  readonly onDelivery: (delivered: Delivered, address: string) => void;
  readonly onUp: (publisher: ConfirmedPublisher) => void;
  /** Called for each end and each failed attempt, with its cause. */
  readonly onDown: (cause: unknown) => void;
}

/** Deliveries not yet acknowledged, per inbound queue: bounds memory, and is a batch for the store. */
const prefetch = 400;

export class BrokerUpkeep {
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;

  constructor(private readonly options: BrokerUpkeepOptions) {}

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { reconnectFirstMs, reconnectMaxMs } = brokerTimeouts;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const connections = await this.#connect(signal);
        failures = 0;
        const end = await Promise.race(connections.map(({ ended }) => ended));
        await closeAll(connections);
        if (!signal.aborted) this.options.onDown(end.cause);
      } catch (cause) {
        failures += 1;
        if (!signal.aborted) this.options.onDown(cause);
      }
      await pause(fullJitterMs(failures, reconnectFirstMs, reconnectMaxMs), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  async #connect(signal: AbortSignal): Promise<readonly BrokerConnection[]> {
    const { topology, dialler, onUp } = this.options;
    await topology.reconcile();
    const opened: BrokerConnection[] = [];
    try {
      const publishing = await dialler.dial(signal);
      opened.push(publishing);
      const publisher = await ConfirmedPublisher.open(publishing);
      const consuming = await dialler.dial(signal);
      opened.push(consuming);
      await this.#consume(consuming);
      signal.throwIfAborted();
      signal.addEventListener('abort', () => void closeAll(opened), { once: true });
      onUp(publisher);
      return opened;
    } catch (cause) {
      await closeAll(opened);
      throw cause;
    }
  }

  async #consume(consuming: BrokerConnection): Promise<void> {
    for (const queue of inboundQueueNames) {
      const channel = await consuming.openChannel();
      await consumeBounded(channel, {
        queue,
        prefetch,
        onDelivery: (delivered) => this.options.onDelivery(delivered, consuming.address),
        // A fresh start puts the queue back.
        onCancelled: () => consuming.abort(),
        onFlooded: () => consuming.abort(),
      });
    }
  }
}

async function closeAll(connections: readonly BrokerConnection[]): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()));
}
