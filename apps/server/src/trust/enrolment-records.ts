/** How an enrolment stands: the agent, the use of its token and the line in the audit trail are one transaction. */
import { Injectable } from '@nestjs/common';
import {
  AgentCredentialStore,
  AgentTrustStore,
  AuditStore,
  Database,
  InstallTokenStore,
  type NewAgent,
  type NewApiKey,
  type Queryable,
  RejectedKeyStore,
  type TrustedAgent,
} from '@longshore/persistence';
import type { AgentId, Fingerprint } from '@longshore/protocol';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { agentIdCandidates } from './agent-id-candidates';
import { InstallTokenRefusedError } from './install-token-refused-error';
import { KeyRefusedError } from './key-refused-error';
import { TrustNotices } from './trust-notices';

type Details = Readonly<Record<string, unknown>>;

@Injectable()
export class EnrolmentRecords {
  constructor(
    private readonly database: Database,
    private readonly notices: TrustNotices,
  ) {}

  /** Null: no agent has this key. Throws for one that may not come. */
  async findByKey(fingerprint: Fingerprint): Promise<TrustedAgent | null> {
    if (await new RejectedKeyStore(this.database).has(fingerprint)) throw new KeyRefusedError('KEY_REJECTED');
    return new AgentTrustStore(this.database).findByFingerprint(fingerprint);
  }

  /** A name that was taken meanwhile tries the next. */
  async add(agent: Omit<NewAgent, 'agentId'>, tokenId: string | null, details: Details): Promise<AgentId> {
    const agentId = await this.database.withTransaction(async (transaction) => {
      if (tokenId !== null && !(await new InstallTokenStore(transaction).takeUse(tokenId)))
        throw new InstallTokenRefusedError('INSTALL_TOKEN_USED_UP');
      const holder = await new AgentCredentialStore(transaction).holderOf(agent.fingerprint);
      if (holder !== null) throw alreadyEnrolled(`this key belongs to agent ${holder} since a moment ago`);
      const added = await addUnderFreeName(transaction, agent);
      // Once more behind the insertion, which has waited for whoever was just taking this key away from another agent.
      if (await new RejectedKeyStore(transaction).has(agent.fingerprint)) throw new KeyRefusedError('KEY_REJECTED');
      await audit(transaction, added, { ...details, token: tokenId });
      return added;
    });
    this.notices.changed(agentId);
    return agentId;
  }

  /** `known` as it was when it was decided: what was forgotten, revoked or removed since stays so. */
  async replaceApiKey(
    { agentId, fingerprint, apiKey: former }: TrustedAgent,
    apiKey: NewApiKey,
    details: Details,
  ): Promise<void> {
    await this.database.withTransaction(async (transaction) => {
      const store = new AgentCredentialStore(transaction);
      const held = await store.lock(agentId);
      if (held === null || held.fingerprint !== fingerprint || held.apiKeyId !== (former?.keyId ?? null))
        throw alreadyEnrolled(`agent ${agentId} was changed meanwhile; try again`);
      // Strangers may ask as fast as they like; each answer is a new key and a line of the audit.
      if (!held.approved && held.issuedJustNow) throw new EnrolledJustNowError();
      await store.setApiKey(agentId, apiKey);
      await audit(transaction, agentId, details);
    });
    this.notices.changed(agentId);
  }
}

const alreadyEnrolled = (problem: string): RequestRefusedError =>
  new RequestRefusedError(409, 'AGENT_ALREADY_ENROLLED', problem);

class EnrolledJustNowError extends RequestRefusedError {
  constructor() {
    super(429, 'ENROLLED_JUST_NOW', 'this key has enrolled a moment ago', { retryAfterMs: 5_000 });
  }
}

async function addUnderFreeName(transaction: Queryable, agent: Omit<NewAgent, 'agentId'>): Promise<AgentId> {
  const agents = new AgentTrustStore(transaction);
  for (const agentId of await agents.freeIds(agentIdCandidates(agent.name))) {
    if (await agents.add({ ...agent, agentId })) return agentId;
  }
  throw new RequestRefusedError(409, 'AGENT_NAME_TAKEN', `the name ${agent.name} and its numbered forms are taken`, {
    field: 'name',
  });
}

function audit(transaction: Queryable, agentId: AgentId, details: Details): Promise<void> {
  const entry = { actor: `agent:${agentId}`, action: 'agent.enrolled', target: agentId };
  return new AuditStore(transaction).record({ ...entry, details });
}
