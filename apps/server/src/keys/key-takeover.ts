/**
 * How does a process come to go by another server key? It looks into the folder: right after it has moved the key
 * itself, when another process says that it has, and every half minute for the word that was lost. Its own connected
 * agents are told each time.
 */
import type { Fingerprint } from '@longshore/protocol';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ServerLog } from '../config/server-log';
import { Wakeups } from '../delivery/wakeups';
import { type KeyMoved, ServerIdentity } from '../trust/server-identity';
import { KeyAnnouncement } from './key-announcement';

const sweepMs = 30_000;

@Injectable()
export class KeyTakeover implements OnApplicationBootstrap, OnApplicationShutdown {
  #sweep: NodeJS.Timeout | null = null;
  #telling: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly server: ServerIdentity,
    private readonly wakeups: Wakeups,
    private readonly announcement: KeyAnnouncement,
    private readonly log: ServerLog,
  ) {}

  onApplicationBootstrap(): void {
    this.server.onMoved((moved) => {
      const { fingerprint } = this.server.identity;
      this.log.info({ fingerprint, emergency: moved.emergency }, "the server's key has moved");
      this.#tell(() => this.announcement.announce('web', moved));
    });
    this.wakeups.on('serverKeyElsewhere', () => void this.takeOver());
    this.#sweep = setInterval(() => void this.takeOver(), sweepMs);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    await this.#telling;
  }

  /** This process goes by what the folder holds. Never rejects: the key has moved all the same; the sweep tries again. */
  async takeOver(): Promise<void> {
    try {
      await this.server.reload();
    } catch (error) {
      this.log.error({ error }, "the server's keys could not be taken over from the folder; this is tried again");
    }
  }

  /** Agents of the JMS wire hear it from the process that moved the key, all others from their own. */
  tellOthers(fingerprint: Fingerprint, moved: KeyMoved): void {
    this.wakeups.tell('serverKey', [fingerprint]);
    this.#tell(() => this.announcement.announce('jms', moved));
  }

  #tell(work: () => Promise<void>): void {
    this.#telling = Promise.all([this.#telling, work()]);
  }
}
