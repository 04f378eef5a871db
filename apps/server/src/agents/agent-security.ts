/**
 * What operators do to an agent's identity: forget its pin, give it another API key or none, ask it for another key
 * (docs/security.md, Keys). What was open with the former credential ends before the answer.
 */
import { Injectable } from '@nestjs/common';
import { AgentCredentialStore, RejectedKeyStore } from '@longshore/persistence';
import { createApiKey } from '@longshore/pinning';
import type { AgentId } from '@longshore/protocol';
import type { ForgetCertificate, IdentityRequest, IssuedApiKey } from '@longshore/rest-contract';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { AgentConnections } from '../trust/agent-connections';
import { apiKeyColumns } from '../trust/agent-keys';
import { OperatorDeeds } from './operator-deeds';

@Injectable()
export class AgentSecurity {
  constructor(
    private readonly deeds: OperatorDeeds,
    private readonly connections: AgentConnections,
  ) {}

  /** The forgotten key stays out for good unless it was allowed, now or by forgetting once more. */
  async forgetCertificate(agentId: AgentId, forgetting: ForgetCertificate, user: string): Promise<void> {
    const agent = await this.deeds.perform(
      { agentId, user, action: 'agent.certificate-forgotten' },
      async (transaction, { fingerprint, forgottenKey }) => {
        const key = fingerprint ?? forgottenKey;
        const rejected = new RejectedKeyStore(transaction);
        if (key !== null) await (forgetting.allowSameKey ? rejected.release(key) : rejected.add(key, agentId, user));
        await new AgentCredentialStore(transaction).forgetPin(agentId, forgetting);
        return { fingerprint: key, ...forgetting };
      },
    );
    await this.connections.end(agent, 'forgotten');
  }

  async issueApiKey(agentId: AgentId, user: string): Promise<IssuedApiKey> {
    const apiKey = createApiKey();
    const agent = await this.deeds.perform(
      { agentId, user, action: 'agent.api-key-issued' },
      async (transaction, { type, apiKeyId }) => {
        await new AgentCredentialStore(transaction).setApiKey(agentId, apiKeyColumns(apiKey, type));
        return { keyId: apiKey.id, before: apiKeyId };
      },
    );
    await this.connections.end(agent, 'credentials-changed');
    return { id: apiKey.id, apiKey: apiKey.text };
  }

  async revokeApiKey(agentId: AgentId, user: string): Promise<void> {
    const agent = await this.deeds.perform(
      { agentId, user, action: 'agent.api-key-revoked' },
      async (transaction, { apiKeyId }) => {
        await new AgentCredentialStore(transaction).setApiKey(agentId, null);
        return { keyId: apiKeyId };
      },
    );
    await this.connections.end(agent, 'credentials-changed');
  }

  /** Done by the agent itself: it is asked for a hello at once, and told with the welcome. */
  async requestIdentity(agentId: AgentId, request: IdentityRequest, user: string): Promise<void> {
    const agent = await this.deeds.perform(
      { agentId, user, action: 'agent.identity-requested' },
      async (transaction, { fingerprint }) => {
        if (fingerprint === null)
          throw new RequestRefusedError(409, 'PIN_FORGOTTEN', `agent ${agentId} has no pinned key that could move`);
        await new AgentCredentialStore(transaction).requestIdentity(agentId, request);
        return { request };
      },
    );
    this.connections.changed(agentId);
    await this.connections.askForHello(agent, 'an operator asks for a new identity');
  }
}
