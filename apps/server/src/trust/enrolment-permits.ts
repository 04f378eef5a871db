/**
 * Under what permit does an agent come? An install token's, or none, which is trust on first use; and the policy may
 * have closed either way (docs/protocol.md, Enrolment).
 */
import { Injectable } from '@nestjs/common';
import {
  AgentTrustStore,
  type InstallTokenProof,
  InstallTokenStore,
  SecurityPolicyStore,
} from '@longshore/persistence';
import { isSecretOf } from '@longshore/pinning';
import type { AgentId, EnrolRequest } from '@longshore/protocol';
import { BrokerAccess } from '../broker/broker-access';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { InstallTokenRefusedError } from './install-token-refused-error';

export interface Permit {
  /** Null: trust on first use. */
  readonly tokenId: string | null;
  readonly approved: boolean;
  readonly tags: readonly string[];
  readonly teams: readonly string[];
}

export interface BoundPermit {
  readonly tokenId: string;
  /** The one agent that the token is for. */
  readonly boundTo: AgentId;
}

/** Strangers may ask for approval, but they cannot fill the database. */
const awaitingAtMost = 500;

@Injectable()
export class EnrolmentPermits {
  constructor(
    private readonly policy: SecurityPolicyStore,
    private readonly tokens: InstallTokenStore,
    private readonly agents: AgentTrustStore,
    private readonly broker: BrokerAccess,
  ) {}

  /**
   * Null: the token, if there is one, is bound to nobody. Throws where the policy lets nobody in this way, and for a JMS
   * agent that no broker could serve.
   */
  async admit({ token, type }: EnrolRequest): Promise<BoundPermit | null> {
    if (type === 'jms') this.broker.requireConfigured();
    const { enrolment } = await this.policy.read();
    if (enrolment === 'closed') throw new RequestRefusedError(403, 'ENROLMENT_CLOSED', 'this server takes no agents');
    if (token === null) {
      if (enrolment !== 'tokens-only') return null;
      throw new RequestRefusedError(403, 'FIRST_USE_CLOSED', 'this server takes agents with an install token only', {
        field: 'token',
      });
    }
    const found = await this.tokens.find(token.id);
    if (found === null || !isSecretOf(token.secret, found.secretHash))
      throw new InstallTokenRefusedError('INSTALL_TOKEN_UNKNOWN');
    if (found.agentId === null) return null;
    checkToken(found, type);
    return { tokenId: found.id, boundTo: found.agentId };
  }

  /** For a key that no agent has. */
  async decide({ token, type }: EnrolRequest): Promise<Permit> {
    if (token === null) return this.#firstUse();
    const found = await this.tokens.find(token.id);
    if (found === null || !isSecretOf(token.secret, found.secretHash))
      throw new InstallTokenRefusedError('INSTALL_TOKEN_UNKNOWN');
    checkToken(found, type);
    if (found.usesLeft === 0) throw new InstallTokenRefusedError('INSTALL_TOKEN_USED_UP');
    const { id: tokenId, autoApprove: approved, tags, teams } = found;
    return { tokenId, approved, tags, teams };
  }

  async #firstUse(): Promise<Permit> {
    if ((await this.agents.countAwaitingApproval()) < awaitingAtMost)
      return { tokenId: null, approved: false, tags: [], teams: [] };
    throw new RequestRefusedError(
      429,
      'APPROVALS_TOO_MANY',
      'too many agents wait for approval; use an install token',
      { retryAfterMs: 60_000 },
    );
  }
}

function checkToken({ expired, type }: InstallTokenProof, wanted: EnrolRequest['type']): void {
  if (expired) throw new InstallTokenRefusedError('INSTALL_TOKEN_EXPIRED');
  if (type !== null && type !== wanted) throw new InstallTokenRefusedError('INSTALL_TOKEN_OTHER_TYPE');
}
