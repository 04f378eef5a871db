/**
 * Asks agents whose key is older than the policy allows, or whom an operator asked in vain, for a fresh hello; the
 * welcome then says what to do. A part of them each minute, in no order, so that ten thousand keys do not move at once
 * and one that cannot holds up no other (docs/protocol.md, Identity and pins).
 */
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IdentityDueStore } from '@longshore/persistence';
import { lostAfterMs } from '../agents/decide-connection';
import { ServerLog } from '../config/server-log';
import { ServerSettings } from '../config/server-settings';
import { AgentSessions } from '../delivery/agent-sessions';

const periodMs = 60_000;
const agentsAtOnce = 100;

@Injectable()
export class IdentityUpkeep implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: IdentityDueStore,
    private readonly sessions: AgentSessions,
    private readonly log: ServerLog,
    private readonly settings: ServerSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.#plan();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#turn;
    clearTimeout(this.#timer);
  }

  async askDue(): Promise<void> {
    const due = await this.store.listConnected(lostAfterMs(this.settings.heartbeatMs), agentsAtOnce);
    await this.sessions.askForHello(due, 'the identity is to be renewed');
  }

  /** Several processes take their turns at different moments. */
  #plan(): void {
    this.#timer = setTimeout(
      () => {
        this.#turn = this.askDue()
          .catch((error: unknown) => this.log.warn({ error }, 'agents could not be asked for new keys'))
          .then(() => this.#plan());
      },
      periodMs * (0.5 + Math.random()),
    );
  }
}
