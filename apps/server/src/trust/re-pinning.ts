/**
 * Pins another key for an agent that is known: by its API key while an operator's *forget* lasts, or by an install token
 * that is bound to it, which is itself the authority (docs/protocol.md, Enrolment). Never makes another agent.
 */
import { Injectable } from '@nestjs/common';
import {
  AgentCredentialStore,
  type AgentCredentials,
  AuditStore,
  Database,
  InstallTokenStore,
  type Queryable,
  RejectedKeyStore,
  type TrustedAgent,
} from '@longshore/persistence';
import { createApiKey, verifySealingKey } from '@longshore/pinning';
import type { EnrolAnswer, EnrolRequest, RePinAnswer, RePinRequest } from '@longshore/protocol';
import type { PresentedKey } from '../access/principal';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { AgentConnections } from './agent-connections';
import { apiKeyColumns, keyToPin } from './agent-keys';
import { decideRePin } from './decide-re-pin';
import { EnrolmentAnswers } from './enrolment-answers';
import type { BoundPermit } from './enrolment-permits';
import { InstallTokenRefusedError } from './install-token-refused-error';
import { KeyRefusedError } from './key-refused-error';
import { SecurityEvents } from './security-events';

@Injectable()
export class RePinning {
  constructor(
    private readonly database: Database,
    private readonly answers: EnrolmentAnswers,
    private readonly connections: AgentConnections,
    private readonly events: SecurityEvents,
  ) {}

  async byApiKey(key: PresentedKey, request: RePinRequest, authorization: string | undefined): Promise<RePinAnswer> {
    const owner = await this.events.shownBy(authorization);
    if (owner === null) throw this.#refused(key, null, apiKeyRefused());
    await verifySealingKey(request.sealingKey, key.fingerprint);
    const { agentId, type, approved, apiKeyId } = await this.database.withTransaction((transaction) =>
      this.#pinByApiKey(transaction, key, request, owner),
    );
    await this.connections.pinnedAnew({ agentId, type });
    return this.answers.pinned({ agentId, type, apiKeyId: apiKeyId ?? '', approved, warning: null });
  }

  /** The agent keeps its id, its work and its approval; whatever was opened with the former key ends. */
  async byToken(key: PresentedKey, request: EnrolRequest, permit: BoundPermit): Promise<EnrolAnswer> {
    const apiKey = createApiKey();
    const { agentId, type, approved } = await this.database.withTransaction(async (transaction) => {
      const store = new AgentCredentialStore(transaction);
      const agent = await this.#pinByToken(transaction, key, request, permit);
      await store.setApiKey(agent.agentId, apiKeyColumns(apiKey, agent.type));
      return agent;
    });
    await this.connections.pinnedAnew({ agentId, type });
    const warning = agentId === request.name ? null : `the install token is for agent ${agentId}`;
    return this.answers.enrolled({ agentId, type, apiKeyId: apiKey.id, approved, warning }, apiKey.text);
  }

  async #pinByApiKey(
    transaction: Queryable,
    key: PresentedKey,
    request: RePinRequest,
    owner: TrustedAgent,
  ): Promise<AgentCredentials> {
    const store = new AgentCredentialStore(transaction);
    const agent = await store.lock(owner.agentId);
    // Removed or given another API key since it was looked up.
    if (agent === null || agent.apiKeyId !== owner.apiKey?.keyId) throw this.#refused(key, null, apiKeyRefused());
    const verdict = decideRePin({
      agent,
      type: request.type,
      presented: key.fingerprint,
      holder: await store.holderOf(key.fingerprint),
      isRejected: await new RejectedKeyStore(transaction).has(key.fingerprint),
    });
    if (verdict.verdict === 'refused') throw this.#refused(key, agent, new KeyRefusedError(verdict.problem));
    if (verdict.verdict === 'pinned-already') return agent;
    await store.pinAnew(agent.agentId, keyToPin(key, request.sealingKey), request.facts);
    await audit(transaction, agent, key, { by: 'api-key' });
    return agent;
  }

  async #pinByToken(
    transaction: Queryable,
    key: PresentedKey,
    request: EnrolRequest,
    { tokenId, boundTo }: BoundPermit,
  ): Promise<AgentCredentials> {
    const store = new AgentCredentialStore(transaction);
    const agent = await store.lock(boundTo);
    if (agent === null) throw new InstallTokenRefusedError('INSTALL_TOKEN_AGENT_GONE');
    if (agent.type !== request.type) throw new InstallTokenRefusedError('INSTALL_TOKEN_OTHER_TYPE');
    const holder = await store.holderOf(key.fingerprint);
    if (holder !== null && holder !== boundTo) throw new KeyRefusedError('KEY_TAKEN');
    if (await new RejectedKeyStore(transaction).has(key.fingerprint)) throw new KeyRefusedError('KEY_REJECTED');
    // The same key again before it was ever at work: the first answer was lost.
    const again = holder === boundTo && !agent.heardSincePinned;
    if (!again && !(await new InstallTokenStore(transaction).takeUse(tokenId)))
      throw new InstallTokenRefusedError('INSTALL_TOKEN_USED_UP');
    await store.pinAnew(boundTo, keyToPin(key, request.sealingKey), request.facts);
    await audit(transaction, agent, key, { by: 'install-token', token: tokenId, again });
    return agent;
  }

  #refused(presented: PresentedKey, agent: AgentCredentials | null, error: RequestRefusedError): RequestRefusedError {
    const [agentId, expected] = [agent?.agentId ?? null, agent?.fingerprint ?? null];
    const code = error instanceof KeyRefusedError ? 'PIN_REFUSED' : error.code;
    this.events.refused({ agentId, expected, presented, code, message: `not pinned: ${error.message}` });
    return error;
  }
}

const apiKeyRefused = (): RequestRefusedError =>
  new RequestRefusedError(401, 'API_KEY_REFUSED', 'the API key of the agent that is to be pinned is needed');

function audit(
  transaction: Queryable,
  { agentId, fingerprint, forgottenKey }: AgentCredentials,
  key: PresentedKey,
  how: { readonly by: string; readonly token?: string; readonly again?: boolean },
): Promise<void> {
  const details = { ...how, fingerprint: key.fingerprint, before: fingerprint ?? forgottenKey, from: key.address };
  return new AuditStore(transaction).record({
    actor: `agent:${agentId}`,
    action: 'agent.key-pinned',
    target: agentId,
    details,
  });
}
