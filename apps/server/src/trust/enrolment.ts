/**
 * How does an agent become known? It proves its key by TLS and shows an install token, or it has none and then waits
 * for an operator. An ordinary token only ever makes a new agent; a key that is known already is answered again only
 * while its agent has never opened a session, which is when the first answer was lost (docs/protocol.md, Enrolment).
 */
import { Injectable } from '@nestjs/common';
import {
  AgentTrustStore,
  Database,
  InstallTokenStore,
  type NewAgent,
  type NewApiKey,
  type TrustedAgent,
} from '@longshore/persistence';
import {
  brokerPasswordHash,
  createApiKey,
  isSecretOf,
  type NewBearerSecret,
  publicKeyOfCertificate,
  publicKeyToPem,
  verifySealingKey,
} from '@longshore/pinning';
import { type AgentId, type EnrolAnswer, type EnrolRequest } from '@longshore/protocol';
import type { PresentedKey } from '../access/principal';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { agentIdCandidates } from './agent-id-candidates';
import { BrokerAccess } from '../broker/broker-access';
import { EnrolmentAnswers } from './enrolment-answers';
import { EnrolmentEffects } from './enrolment-effects';
import { InstallTokenRefusedError } from './install-token-refused-error';

interface Permit {
  readonly tokenId: string | null;
  readonly approved: boolean;
  readonly tags: readonly string[];
}

/** Strangers may ask for approval, but they cannot fill the database. */
const awaitingAtMost = 500;

@Injectable()
export class Enrolment {
  constructor(
    private readonly database: Database,
    private readonly broker: BrokerAccess,
    private readonly answers: EnrolmentAnswers,
    private readonly effects: EnrolmentEffects,
  ) {}

  async enrol(key: PresentedKey, request: EnrolRequest): Promise<EnrolAnswer> {
    if (request.type === 'jms') this.broker.requireConfigured();
    await verifySealingKey(request.sealingKey, key.fingerprint);
    const known = await new AgentTrustStore(this.database).findByFingerprint(key.fingerprint);
    return known === null ? this.#enrolNew(key, request) : this.#answerAgain(known, request);
  }

  async #enrolNew(key: PresentedKey, request: EnrolRequest): Promise<EnrolAnswer> {
    const permit = await this.#decidePermit(request);
    const apiKey = createApiKey();
    const agentId = await this.#record(newAgent(key, request, permit, apiKey), permit);
    await this.effects.enrolled(agentId, {
      type: request.type,
      fingerprint: key.fingerprint,
      from: key.address,
      token: permit.tokenId,
    });
    const warning = agentId === request.name ? null : `the name ${request.name} is taken; this agent is ${agentId}`;
    return this.answers.compose({ agentId, type: request.type, apiKey, approved: permit.approved, warning });
  }

  async #answerAgain(known: TrustedAgent, request: EnrolRequest): Promise<EnrolAnswer> {
    if (known.everConnected || known.type !== request.type) {
      const hint = 'remove that agent first, or enrol with a new key';
      throw new RequestRefusedError(
        409,
        'AGENT_ALREADY_ENROLLED',
        `this key belongs to agent ${known.agentId}; ${hint}`,
      );
    }
    const apiKey = createApiKey();
    await new AgentTrustStore(this.database).replaceApiKey(known.agentId, apiKeyColumns(apiKey, request));
    await this.effects.enrolled(known.agentId, { again: true, type: request.type });
    return this.answers.compose({
      agentId: known.agentId,
      type: request.type,
      apiKey,
      approved: known.approved,
      warning: null,
    });
  }

  async #decidePermit({ token, type }: EnrolRequest): Promise<Permit> {
    if (token === null) {
      const waiting = await new AgentTrustStore(this.database).countAwaitingApproval();
      if (waiting < awaitingAtMost) return { tokenId: null, approved: false, tags: [] };
      throw new RequestRefusedError(
        429,
        'APPROVALS_TOO_MANY',
        'too many agents wait for approval; use an install token',
        { retryAfterMs: 60_000 },
      );
    }
    const found = await new InstallTokenStore(this.database).find(token.id);
    if (found === null || !isSecretOf(token.secret, found.secretHash))
      throw new InstallTokenRefusedError('INSTALL_TOKEN_UNKNOWN');
    if (found.expired) throw new InstallTokenRefusedError('INSTALL_TOKEN_EXPIRED');
    if (found.usesLeft === 0) throw new InstallTokenRefusedError('INSTALL_TOKEN_USED_UP');
    if (found.type !== null && found.type !== type) throw new InstallTokenRefusedError('INSTALL_TOKEN_OTHER_TYPE');
    return { tokenId: found.id, approved: found.autoApprove, tags: found.tags };
  }

  /** The use of the token and the new agent are one transaction; a name that was taken meanwhile tries the next. */
  #record(agent: Omit<NewAgent, 'agentId'>, { tokenId }: Permit): Promise<AgentId> {
    return this.database.withTransaction(async (transaction) => {
      if (tokenId !== null && !(await new InstallTokenStore(transaction).takeUse(tokenId))) {
        throw new InstallTokenRefusedError('INSTALL_TOKEN_USED_UP');
      }
      const agents = new AgentTrustStore(transaction);
      for (const agentId of await agents.freeIds(agentIdCandidates(agent.name))) {
        if (await agents.add({ ...agent, agentId })) return agentId;
      }
      throw new RequestRefusedError(
        409,
        'AGENT_NAME_TAKEN',
        `the name ${agent.name} and its numbered forms are taken`,
        { field: 'name' },
      );
    });
  }
}

function newAgent(
  key: PresentedKey,
  request: EnrolRequest,
  permit: Permit,
  apiKey: NewBearerSecret,
): Omit<NewAgent, 'agentId'> {
  return {
    ...apiKeyColumns(apiKey, request),
    name: request.name,
    type: request.type,
    approved: permit.approved,
    fingerprint: key.fingerprint,
    publicKeyPem: publicKeyToPem(publicKeyOfCertificate(key.certificatePem)),
    certificatePem: key.certificatePem,
    sealingKey: request.sealingKey,
    tags: permit.tags,
    facts: request.facts,
  };
}

/** The broker keeps a hash of its own kind, of the key's secret: that is the password an agent shows there. */
function apiKeyColumns({ id, secret, secretHash }: NewBearerSecret, { type }: EnrolRequest): NewApiKey {
  return {
    apiKeyId: id,
    apiKeyHash: secretHash,
    brokerPasswordHash: type === 'jms' ? brokerPasswordHash(secret) : null,
  };
}
