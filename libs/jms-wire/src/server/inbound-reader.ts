/**
 * How do the agents' messages get from the inbound queues into the store? In order per agent, side by side over
 * agents, and in batches: whatever has arrived of one agent by the end of an event-loop turn, or while its previous
 * batch was written, is verified together and stored together.
 *
 * The broker gets its acknowledgement after the store has committed. A store that cannot write holds the messages of
 * that agent back and is asked again; what can never be taken is shown to operators and acknowledged, for one bad
 * message must not stop an agent's queue.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type GatewayIntake,
  type KnownPeer,
  type Peer,
  type PeerDirectory,
  type UnsequencedToServer,
} from '@longshore/delivery';
import {
  type AgentId,
  type AgentToServer,
  type EventMessage,
  LongshoreError,
  type ServerId,
} from '@longshore/protocol';
import type { Delivered } from '../amqp/bounded-consumer';
import { fullJitterMs } from '../amqp/full-jitter';
import { brokerTimeouts } from '../broker-timeouts';
import type { AgentUser } from '../topology';
import { brokersWordOn, checkInbound, peerBehind, Verifiers } from './check-inbound';

export interface InboundReading {
  readonly serverId: ServerId;
  readonly directory: PeerDirectory;
  readonly intake: GatewayIntake;
  readonly onFault: (problem: unknown) => void;
}

interface Inbound {
  readonly delivered: Delivered;
  readonly user: AgentUser;
  readonly address: string;
}

interface Accepted {
  readonly inbound: Inbound;
  readonly peer: Peer;
  readonly message: AgentToServer;
}

/** Largest batch for one store transaction; more waits for the next one. */
const maxBatch = 200;

export class InboundReader {
  readonly #verifiers = new Verifiers();
  readonly #waiting = new Map<AgentId, Inbound[]>();
  #stopped = false;

  constructor(private readonly reading: InboundReading) {}

  receive(delivered: Delivered, address: string): void {
    try {
      const user = brokersWordOn(delivered.message);
      const { agentId } = user;
      const inbound = { delivered, user, address };
      const queue = this.#waiting.get(agentId);
      if (queue !== undefined) return void queue.push(inbound);
      this.#waiting.set(agentId, [inbound]);
      setImmediate(() => void this.#drain(agentId));
    } catch (refusal) {
      this.#refuse(null, refusal);
      delivered.acknowledge();
    }
  }

  /** Nothing more is written; what is not acknowledged stays in the broker. */
  stop(): void {
    this.#stopped = true;
  }

  async #drain(agentId: AgentId): Promise<void> {
    for (;;) {
      const batch = this.#waiting.get(agentId)?.splice(0, maxBatch) ?? [];
      if (batch.length === 0 || this.#stopped) break;
      const known = await this.#untilAnswered(() => this.reading.directory.byAgentId(agentId));
      if (this.#stopped) break;
      await this.#storeInOrder(await this.#check(batch, known));
    }
    this.#waiting.delete(agentId);
  }

  /** Verifies side by side. What fails is refused here and not in the answer. */
  async #check(batch: readonly Inbound[], known: KnownPeer | null): Promise<Accepted[]> {
    const { serverId } = this.reading;
    const checked = batch.map(async (inbound): Promise<Accepted | null> => {
      let peer: Peer | null = null;
      try {
        peer = peerBehind(known, inbound.user, inbound.address);
        const sender = this.#verifiers.of(known as KnownPeer);
        const message = await checkInbound({ delivery: inbound.delivered.message, peer, sender, serverId });
        return { inbound, peer, message };
      } catch (refusal) {
        this.#refuse(peer, refusal);
        inbound.delivered.acknowledge();
        return null;
      }
    });
    return (await Promise.all(checked)).filter((accepted) => accepted !== null);
  }

  /** Runs of sequenced messages go together; a word in between keeps its place. */
  async #storeInOrder(accepted: readonly Accepted[]): Promise<void> {
    let run: Accepted[] = [];
    for (const item of accepted) {
      if (item.message.seq !== undefined) {
        run.push(item);
        continue;
      }
      await this.#storeEvents(run);
      run = [];
      await this.#tellWord(item, item.message);
    }
    await this.#storeEvents(run);
  }

  async #storeEvents(run: readonly Accepted[]): Promise<void> {
    const [first] = run;
    if (first === undefined) return;
    const events = run.map(({ message }) => message as EventMessage);
    const done = await this.#untilAnswered(async () => {
      try {
        await this.reading.intake.receiveEvents(first.peer, events);
      } catch (cause) {
        if (!isHopeless(cause)) throw cause;
        this.#refuse(first.peer, cause);
      }
      return true;
    });
    if (done) run.forEach(({ inbound }) => inbound.delivered.acknowledge());
  }

  /** A word is worth nothing later: its sender repeats it when it misses the answer. */
  async #tellWord({ peer, inbound }: Accepted, word: UnsequencedToServer): Promise<void> {
    try {
      await this.reading.intake.receiveWord(peer, word);
    } catch (cause) {
      if (isHopeless(cause)) this.#refuse(peer, cause);
      else this.reading.onFault(cause);
    }
    inbound.delivered.acknowledge();
  }

  /** Asks the store again, with growing pauses, until it answers or we stop (then null). */
  async #untilAnswered<T>(ask: () => Promise<T>): Promise<T | null> {
    const { storeRetryFirstMs, storeRetryMaxMs } = brokerTimeouts;
    for (let attempt = 0; !this.#stopped; attempt += 1) {
      try {
        return await ask();
      } catch (cause) {
        this.reading.onFault(cause);
        await pause(fullJitterMs(attempt, storeRetryFirstMs, storeRetryMaxMs));
      }
    }
    return null;
  }

  #refuse(peer: Peer | null, refusal: unknown): void {
    const { code, message } =
      refusal instanceof LongshoreError ? refusal : { code: 'UNEXPECTED', message: String(refusal) };
    this.reading.intake.refuse(peer, { code, message });
  }
}

function isHopeless(cause: unknown): boolean {
  return cause instanceof LongshoreError && cause.severity === 'give-up';
}
