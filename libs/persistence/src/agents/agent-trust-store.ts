/** What is pinned of each agent: who a key or an id belongs to, and how an agent comes in and goes out. */
import type { AgentFacts, AgentId, AgentType, Fingerprint } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface TrustedAgent {
  readonly agentId: AgentId;
  readonly type: AgentType;
  /** Null while the pin is forgotten. */
  readonly fingerprint: Fingerprint | null;
  readonly publicKeyPem: string;
  readonly approved: boolean;
  /** Null: revoked. */
  readonly apiKey: { readonly keyId: string; readonly secretHash: string } | null;
  /** False until the first session was granted. */
  readonly everConnected: boolean;
}

export interface NewAgent {
  readonly agentId: AgentId;
  readonly name: string;
  readonly type: AgentType;
  readonly approved: boolean;
  readonly fingerprint: Fingerprint;
  readonly publicKeyPem: string;
  readonly certificatePem: string;
  readonly sealingKey: string;
  readonly apiKeyId: string;
  readonly apiKeyHash: string;
  readonly brokerPasswordHash: string | null;
  readonly tags: readonly string[];
  readonly teams: readonly string[];
  readonly facts: AgentFacts;
}

export type NewApiKey = Pick<NewAgent, 'apiKeyId' | 'apiKeyHash' | 'brokerPasswordHash'>;

/** What the broker must know of a JMS agent; without an API key or without a pin it may not come. */
export interface BrokerAgent {
  readonly agentId: AgentId;
  /** Null while the pin is forgotten. */
  readonly fingerprint: Fingerprint | null;
  readonly publicKeyPem: string;
  /** Null: revoked. */
  readonly apiKeyId: string | null;
  readonly brokerPasswordHash: string | null;
  /** By its own setting or by the policy: the client certificate instead of the password. */
  readonly mutualAuth: boolean;
}

const columns = `id AS "agentId", type, fingerprint, public_key_pem AS "publicKeyPem",
  approved AND quarantine IS NULL AS approved, CASE WHEN api_key_id IS NOT NULL
    THEN json_build_object('keyId', api_key_id, 'secretHash', api_key_hash) END AS "apiKey",
  epoch > 0 AS "everConnected"`;

const selectBrokerAgents = `SELECT id AS "agentId", fingerprint, public_key_pem AS "publicKeyPem", api_key_id AS "apiKeyId",
    broker_password_hash AS "brokerPasswordHash", mutual_auth OR mutual_auth_for_all AS "mutualAuth"
  FROM agents, security_policy WHERE type = 'jms' AND removed_at IS NULL`;

export class AgentTrustStore {
  constructor(private readonly database: Queryable) {}

  async findByFingerprint(fingerprint: Fingerprint): Promise<TrustedAgent | null> {
    return this.#findOne('fingerprint = $1', fingerprint);
  }

  async findById(agentId: AgentId): Promise<TrustedAgent | null> {
    return this.#findOne('id = $1', agentId);
  }

  /** Whose API key is it? The secret behind the id is still to be checked. */
  async findByApiKeyId(keyId: string): Promise<TrustedAgent | null> {
    return this.#findOne('api_key_id = $1', keyId);
  }

  /** False: the id or the key is taken; a removed agent keeps its id, for its history names it. */
  async add(agent: NewAgent): Promise<boolean> {
    const added = await this.database.query(
      `INSERT INTO agents (id, name, type, approved, fingerprint, public_key_pem, certificate_pem, sealing_key,
         api_key_id, api_key_hash, broker_password_hash, tags, teams, facts)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb) ON CONFLICT DO NOTHING RETURNING id`,
      [
        agent.agentId,
        agent.name,
        agent.type,
        agent.approved,
        agent.fingerprint,
        agent.publicKeyPem,
        agent.certificatePem,
        agent.sealingKey,
        agent.apiKeyId,
        agent.apiKeyHash,
        agent.brokerPasswordHash,
        agent.tags,
        agent.teams,
        JSON.stringify(agent.facts),
      ],
    );
    return added.length > 0;
  }

  /** Those of `candidates` that no agent has or had. */
  async freeIds(candidates: readonly AgentId[]): Promise<AgentId[]> {
    const taken = await this.database.query<{ id: AgentId }>('SELECT id FROM agents WHERE id = ANY($1)', [candidates]);
    const names = new Set(taken.map(({ id }) => id));
    return candidates.filter((id) => !names.has(id));
  }

  async countAwaitingApproval(): Promise<number> {
    const [row] = await this.database.query<{ waiting: number }>(
      'SELECT count(*) AS waiting FROM agents WHERE NOT approved AND removed_at IS NULL',
    );
    return row?.waiting ?? 0;
  }

  async approve(agentId: AgentId): Promise<boolean> {
    const approved = await this.database.query(
      'UPDATE agents SET approved = true WHERE id = $1 AND removed_at IS NULL RETURNING id',
      [agentId],
    );
    return approved.length > 0;
  }

  /** The row stays, for runs refer to it; its key is free to enrol anew. Also how a waiting agent is rejected. */
  async remove(agentId: AgentId): Promise<AgentType | null> {
    const [removed] = await this.database.query<{ type: AgentType }>(
      `UPDATE agents SET removed_at = now(), approved = false, fingerprint = NULL, forgotten_key = NULL,
         api_key_id = NULL, api_key_hash = NULL, broker_password_hash = NULL
       WHERE id = $1 AND removed_at IS NULL RETURNING type`,
      [agentId],
    );
    return removed?.type ?? null;
  }

  /** Every agent that has a user and a queue in the broker. */
  async listBrokerAgents(): Promise<BrokerAgent[]> {
    return this.database.query<BrokerAgent>(`${selectBrokerAgents} ORDER BY id`);
  }

  async findBrokerAgent(agentId: AgentId): Promise<BrokerAgent | null> {
    const [row] = await this.database.query<BrokerAgent>(`${selectBrokerAgents} AND id = $1`, [agentId]);
    return row ?? null;
  }

  async #findOne(
    condition: 'fingerprint = $1' | 'id = $1' | 'api_key_id = $1',
    value: string,
  ): Promise<TrustedAgent | null> {
    const [row] = await this.database.query<TrustedAgent>(
      `SELECT ${columns} FROM agents WHERE ${condition} AND removed_at IS NULL`,
      [value],
    );
    return row ?? null;
  }
}
