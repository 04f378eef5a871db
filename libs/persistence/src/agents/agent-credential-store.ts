/**
 * The pin and the API key of an agent, and how they change: forgotten, pinned anew, moved, issued again, revoked
 * (docs/protocol.md, Identity and pins). Each change belongs into the transaction that locked the row, together with
 * its line in the audit trail.
 */
import type { AgentFacts, AgentId, AgentType, Fingerprint } from '@longshore/protocol';
import type { Queryable } from '../database/database';
import type { NewApiKey } from './agent-trust-store';

export interface AgentCredentials {
  readonly agentId: AgentId;
  readonly type: AgentType;
  readonly approved: boolean;
  /** Null while the pin is forgotten. */
  readonly fingerprint: Fingerprint | null;
  readonly forgottenKey: Fingerprint | null;
  readonly forgetExpired: boolean;
  readonly forgetAllowsSameKey: boolean;
  readonly apiKeyId: string | null;
  readonly apiKeyHash: string | null;
  /** Within five seconds. */
  readonly issuedJustNow: boolean;
  /** Whether its control leg was heard of since the key was pinned: the answer to the pinning has then arrived. */
  readonly heardSincePinned: boolean;
}

/** A key that is to be pinned, with all that goes with it. */
export interface KeyToPin {
  readonly fingerprint: Fingerprint;
  readonly publicKeyPem: string;
  readonly certificatePem: string;
  readonly sealingKey: string;
}

export interface Forgetting {
  readonly allowSameKey: boolean;
  readonly expiresInMinutes: number;
}

const columns = `id AS "agentId", type, approved, fingerprint, forgotten_key AS "forgottenKey",
  coalesce(forget_expires_at <= now(), true) AS "forgetExpired", forget_allows_same_key AS "forgetAllowsSameKey",
  api_key_id AS "apiKeyId", api_key_hash AS "apiKeyHash",
  api_key_issued_at > now() - interval '5 seconds' AS "issuedJustNow",
  EXISTS (SELECT 1 FROM agent_presence p WHERE p.agent_id = agents.id AND p.control_at > key_pinned_at) AS "heardSincePinned"`;

const pinned = `fingerprint = $2, public_key_pem = $3, certificate_pem = $4, sealing_key = $5,
  forgotten_key = NULL, forget_expires_at = NULL, forget_allows_same_key = false`;

export class AgentCredentialStore {
  constructor(private readonly transaction: Queryable) {}

  /** Null: there is no such agent (any more). The row is held until the transaction ends. */
  async lock(agentId: AgentId): Promise<AgentCredentials | null> {
    const [row] = await this.transaction.query<AgentCredentials>(
      `SELECT ${columns} FROM agents WHERE id = $1 AND removed_at IS NULL FOR NO KEY UPDATE`,
      [agentId],
    );
    return row ?? null;
  }

  /** Forgotten once more, the permission begins anew and the key that is remembered stays the same. */
  async forgetPin(agentId: AgentId, { allowSameKey, expiresInMinutes }: Forgetting): Promise<void> {
    await this.transaction.query(
      `UPDATE agents SET forgotten_key = coalesce(fingerprint, forgotten_key), fingerprint = NULL, identity_request = NULL,
         forget_expires_at = now() + make_interval(mins => $2), forget_allows_same_key = $3 WHERE id = $1`,
      [agentId, expiresInMinutes, allowSameKey],
    );
  }

  /**
   * Pins a key by authority from outside, not of the key before. Who holds it may have been installed anew: its journal
   * may be another, so the next session may be of any incarnation.
   */
  async pinAnew(agentId: AgentId, key: KeyToPin, facts: AgentFacts): Promise<void> {
    await this.transaction.query(
      `UPDATE agents SET ${pinned}, key_pinned_at = now(), identity_request = NULL, facts = $6::jsonb, incarnation = NULL
       WHERE id = $1`,
      [...valuesOf(agentId, key), JSON.stringify(facts)],
    );
  }

  /** A new certificate makes the key no younger, and is not what an operator gets who asked for a new key. */
  async movePin(agentId: AgentId, key: KeyToPin): Promise<void> {
    await this.transaction.query(
      `UPDATE agents SET ${pinned}, key_pinned_at = CASE WHEN fingerprint = $2 THEN key_pinned_at ELSE now() END,
         identity_request = CASE WHEN fingerprint = $2 AND identity_request = 'rotate-key' THEN identity_request END
       WHERE id = $1`,
      valuesOf(agentId, key),
    );
  }

  /** Null revokes. */
  async setApiKey(agentId: AgentId, key: NewApiKey | null): Promise<void> {
    await this.transaction.query(
      `UPDATE agents SET api_key_id = $2, api_key_hash = $3, broker_password_hash = $4, api_key_issued_at = now() WHERE id = $1`,
      [agentId, key?.apiKeyId ?? null, key?.apiKeyHash ?? null, key?.brokerPasswordHash ?? null],
    );
  }

  async requestIdentity(agentId: AgentId, request: 'rotate-key' | 'renew-certificate'): Promise<void> {
    await this.transaction.query('UPDATE agents SET identity_request = $2 WHERE id = $1', [agentId, request]);
  }

  /**
   * The agent, there or removed, that has this key pinned. Whoever else asks for the same key waits for the end of this
   * transaction, so that one key is never pinned for two.
   */
  async holderOf(fingerprint: Fingerprint): Promise<AgentId | null> {
    await this.transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7919))', [fingerprint]);
    const [row] = await this.transaction.query<{ id: AgentId }>('SELECT id FROM agents WHERE fingerprint = $1', [
      fingerprint,
    ]);
    return row?.id ?? null;
  }
}

function valuesOf(agentId: AgentId, { fingerprint, publicKeyPem, certificatePem, sealingKey }: KeyToPin): unknown[] {
  return [agentId, fingerprint, publicKeyPem, certificatePem, sealingKey];
}
