/** What operators do to agents. Each deed is written down, shown, and holds on live connections within a second. */
import { Injectable } from '@nestjs/common';
import { AgentListStore, AgentTrustStore, type AgentChange, AuditStore } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import { unknownThing } from '../listeners/request-refused-error';
import { AgentChanges } from './agent-changes';

@Injectable()
export class AgentAdministration {
  constructor(
    private readonly list: AgentListStore,
    private readonly trust: AgentTrustStore,
    private readonly audit: AuditStore,
    private readonly changes: AgentChanges,
  ) {}

  async change(agentId: AgentId, change: AgentChange, user: string): Promise<void> {
    if (!(await this.list.change(agentId, change))) throw unknownThing('agent', agentId);
    await this.#done('agent.changed', agentId, user, { ...change });
    this.changes.changed();
  }

  /** The agent's next attempt to open a session gets a welcome; until then it comes back by itself. */
  async approve(agentId: AgentId, user: string): Promise<void> {
    if (!(await this.trust.approve(agentId))) throw unknownThing('agent', agentId);
    await this.#done('agent.approved', agentId, user);
    this.changes.changed();
  }

  /** Removed for good: its key, its API key and its broker user stop, and its id stays taken. */
  async remove(agentId: AgentId, user: string): Promise<void> {
    const type = await this.trust.remove(agentId);
    if (type === null) throw unknownThing('agent', agentId);
    await this.#done('agent.removed', agentId, user);
    await this.changes.removed(agentId, type);
  }

  async #done(
    action: string,
    agentId: AgentId,
    user: string,
    details?: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.audit.record({
      actor: `operator:${user}`,
      action,
      target: agentId,
      ...(details === undefined ? {} : { details }),
    });
  }
}
