/** What operators do to agents as such. Each deed is written down, shown, and holds on live connections within a second. */
import { Injectable } from '@nestjs/common';
import { AgentListStore, AgentTrustStore, type AgentChange, RejectedKeyStore } from '@longshore/persistence';
import { isSameFingerprint } from '@longshore/pinning';
import { type AgentId, InputInvalidError } from '@longshore/protocol';
import type { ApproveAgent } from '@longshore/rest-contract';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { AgentConnections } from '../trust/agent-connections';
import { OperatorDeeds } from './operator-deeds';

@Injectable()
export class AgentAdministration {
  constructor(
    private readonly deeds: OperatorDeeds,
    private readonly connections: AgentConnections,
  ) {}

  async change(agentId: AgentId, change: AgentChange, user: string): Promise<void> {
    const agent = await this.deeds.perform(
      { agentId, user, action: 'agent.changed' },
      async (transaction, { type }) => {
        if (type === 'web' && change.mutualAuthentication !== undefined)
          throw new InputInvalidError('mutualAuthentication', 'is for JMS agents: web agents always show their key');
        await new AgentListStore(transaction).change(agentId, change);
        return { ...change };
      },
    );
    if (change.mutualAuthentication === undefined) this.connections.changed(agentId);
    else await this.connections.end(agent, 'credentials-changed');
  }

  /** The agent's next attempt to open a session gets a welcome; until then it comes back by itself. */
  async approve(agentId: AgentId, { fingerprint }: ApproveAgent, user: string): Promise<void> {
    await this.deeds.perform({ agentId, user, action: 'agent.approved' }, async (transaction, agent) => {
      const pinned = agent.fingerprint;
      if (fingerprint !== undefined && (pinned === null || !isSameFingerprint(pinned, fingerprint))) {
        const problem = `agent ${agentId} has ${pinned === null ? 'no key' : `the key ${pinned}`}, not ${fingerprint}`;
        throw new RequestRefusedError(409, 'FINGERPRINT_DIFFERS', problem, { field: 'fingerprint' });
      }
      await new AgentTrustStore(transaction).approve(agentId);
      return { fingerprint: pinned, compared: fingerprint !== undefined };
    });
    this.connections.changed(agentId);
  }

  /** An agent that waits for approval goes, and its key may not come again. */
  async reject(agentId: AgentId, user: string): Promise<void> {
    const agent = await this.deeds.perform({ agentId, user, action: 'agent.rejected' }, async (transaction, held) => {
      if (held.approved)
        throw new RequestRefusedError(409, 'AGENT_APPROVED', `agent ${agentId} is approved; remove it instead`);
      const fingerprint = held.fingerprint ?? held.forgottenKey;
      if (fingerprint !== null) await new RejectedKeyStore(transaction).add(fingerprint, agentId, user);
      await new AgentTrustStore(transaction).remove(agentId);
      return { fingerprint };
    });
    await this.connections.end(agent, 'removed');
  }

  /** Removed for good: its key, its API key and its broker user stop, and its id stays taken. */
  async remove(agentId: AgentId, user: string): Promise<void> {
    const agent = await this.deeds.perform({ agentId, user, action: 'agent.removed' }, async (transaction, held) => {
      await new AgentTrustStore(transaction).remove(agentId);
      return { fingerprint: held.fingerprint };
    });
    await this.connections.end(agent, 'removed');
  }
}
