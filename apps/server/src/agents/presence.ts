/**
 * When was the HTTPS leg of each agent last heard of? Noted at each proved request and written to the database once a
 * second; what the control leg says is written with its words. The same tick tells the views when a leg has become
 * too old to count as up, for silence sends no event (docs/operations.md, Agent status).
 */
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Peer } from '@longshore/delivery';
import { PresenceStore } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import { ServerLog } from '../config/server-log';
import { ServerSettings } from '../config/server-settings';
import { LiveUpdates } from '../live/live-updates';
import { lostAfterMs } from './decide-connection';

interface Seen {
  readonly atMs: number;
  readonly address: string;
}

const tickMs = 1_000;

@Injectable()
export class Presence implements OnApplicationBootstrap, OnApplicationShutdown {
  #unwritten = new Map<AgentId, Seen>();
  readonly #lostAfterMs: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(
    private readonly store: PresenceStore,
    private readonly live: LiveUpdates,
    private readonly log: ServerLog,
    settings: ServerSettings,
  ) {
    this.#lostAfterMs = lostAfterMs(settings.heartbeatMs);
  }

  httpSeen({ agentId, address }: Peer): void {
    this.#unwritten.set(agentId, { atMs: performance.now(), address });
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#writing = this.#writing.then(() => this.#tick());
    }, tickMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#tick();
  }

  /** A database that is away costs the ages of this second; the next requests bring newer ones. */
  async #tick(): Promise<void> {
    const seen = [...this.#unwritten].map(([agentId, { atMs, address }]) => ({
      agentId,
      ageMs: performance.now() - atMs,
      address,
    }));
    this.#unwritten = new Map();
    try {
      await this.store.writeHttp(seen);
      if (await this.store.hasExpired(this.#lostAfterMs, 2 * tickMs)) this.live.changed({ topic: 'agents' });
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.log.warn({ error }, 'presence cannot be written');
      this.#failing = true;
    }
  }
}
