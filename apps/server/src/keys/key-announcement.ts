/**
 * Tells agents that the server's key has moved: they are asked for a hello, and their welcome brings the chain. After
 * an emergency they are cut instead; on their way back they find the new key and follow the chain to it
 * (docs/protocol.md, The chain of server keys).
 */
import { Database, SessionStore } from '@longshore/persistence';
import type { AgentId, AgentType } from '@longshore/protocol';
import { Injectable } from '@nestjs/common';
import { ServerLog } from '../config/server-log';
import { AgentSessions } from '../delivery/agent-sessions';
import { ServerChannels } from '../delivery/server-channels';
import type { KeyMoved } from '../trust/server-identity';

const agentsAtOnce = 200;

@Injectable()
export class KeyAnnouncement {
  readonly #store: SessionStore;

  constructor(
    database: Database,
    private readonly sessions: AgentSessions,
    private readonly channels: ServerChannels,
    private readonly log: ServerLog,
  ) {
    this.#store = new SessionStore(database);
  }

  /** Of web agents only those are reached that are connected to this process. Never rejects. */
  async announce(wire: AgentType, { emergency }: KeyMoved): Promise<void> {
    if (this.channels.of(wire) === undefined) return;
    try {
      const agentIds = await this.#store.withSession(wire);
      for (let start = 0; start < agentIds.length; start += agentsAtOnce) {
        const some = agentIds.slice(start, start + agentsAtOnce);
        if (emergency) await this.#cut(wire, some);
        else await this.sessions.askForHello(some.map(toAgent(wire)), "the server's key has moved");
      }
    } catch (error) {
      this.log.warn(
        { error, wire },
        'agents could not be told of the new server key; they will find out by themselves',
      );
    }
  }

  async #cut(wire: AgentType, agentIds: readonly AgentId[]): Promise<void> {
    const cuts = agentIds.map(async (agentId) => {
      // The web wire says its own last word.
      if (wire === 'jms') await this.sessions.sayBye(toAgent(wire)(agentId), 'credentials-changed');
      await this.channels.of(wire)?.disconnect(agentId, 'credentials-changed');
    });
    const failed = (await Promise.allSettled(cuts)).find((cut) => cut.status === 'rejected');
    if (failed !== undefined) this.log.warn({ error: failed.reason, wire }, 'some agents could not be disconnected');
  }
}

const toAgent =
  (type: AgentType) =>
  (agentId: AgentId): { readonly agentId: AgentId; readonly type: AgentType } => ({ agentId, type });
