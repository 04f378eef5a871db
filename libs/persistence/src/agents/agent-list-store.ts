/** What operators see of agents and may change of them. Sessions and streams belong to the session's own store. */
import type { AgentFacts, AgentId, AgentStatus, AgentType, Fingerprint } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface AgentRecord {
  readonly id: AgentId;
  readonly name: string;
  readonly type: AgentType;
  readonly approved: boolean;
  readonly quarantine: string | null;
  /** Null while the pin is forgotten. */
  readonly fingerprint: Fingerprint | null;
  readonly keyPinnedAt: Date;
  readonly forgottenKey: Fingerprint | null;
  readonly forgetExpiresAt: Date | null;
  readonly forgetExpired: boolean;
  readonly forgetAllowsSameKey: boolean;
  /** Null: revoked. */
  readonly apiKeyId: string | null;
  readonly apiKeyIssuedAt: Date;
  readonly mutualAuth: boolean;
  readonly mutualAuthForAll: boolean;
  readonly identityRequest: 'rotate-key' | 'renew-certificate' | null;
  readonly tags: string[];
  readonly teams: string[];
  readonly facts: AgentFacts | null;
  readonly status: AgentStatus | null;
  readonly maxParallel: number | null;
  readonly createdAt: Date;
  readonly openAttempts: number;
  readonly controlAgeMs: number | null;
  readonly httpAgeMs: number | null;
  readonly controlAddress: string | null;
  readonly httpAddress: string | null;
  /** Set while the control connection is known to be closed. */
  readonly problem: string | null;
}

export interface AgentFilter {
  readonly tag?: string | undefined;
  readonly type?: AgentType | undefined;
  /** Found in id, name or tags, whatever the case. */
  readonly search?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface AgentChange {
  readonly tags?: readonly string[] | undefined;
  readonly teams?: readonly string[] | undefined;
  /** JMS agents: the broker takes the client certificate and no longer the API key alone. */
  readonly mutualAuthentication?: boolean | undefined;
  readonly maxParallel?: number | null | undefined;
}

/** `greatest` passes NULL over: a leg that was never heard of has no age, and above all not 0. */
const ageOf = (column: string): string =>
  `CASE WHEN ${column} IS NOT NULL THEN greatest(0, floor(extract(epoch FROM clock_timestamp() - ${column}) * 1000))::bigint END`;

const select = `SELECT a.id, a.name, a.type, a.approved, a.quarantine, a.fingerprint, a.tags, a.teams, a.facts, p.status,
    a.key_pinned_at AS "keyPinnedAt", a.forgotten_key AS "forgottenKey", a.forget_expires_at AS "forgetExpiresAt",
    coalesce(a.forget_expires_at <= now(), false) AS "forgetExpired", a.forget_allows_same_key AS "forgetAllowsSameKey",
    a.api_key_id AS "apiKeyId", a.api_key_issued_at AS "apiKeyIssuedAt", a.identity_request AS "identityRequest",
    a.mutual_auth AS "mutualAuth", (SELECT mutual_auth_for_all FROM security_policy) AS "mutualAuthForAll",
    a.max_parallel AS "maxParallel", a.created_at AS "createdAt",
    (SELECT count(*) FROM attempts t WHERE t.agent_id = a.id AND t.state IN ('offered', 'accepted', 'running')) AS "openAttempts",
    ${ageOf('p.control_at')} AS "controlAgeMs", ${ageOf('p.http_at')} AS "httpAgeMs",
    p.control_address AS "controlAddress", p.http_address AS "httpAddress", p.problem
  FROM agents a LEFT JOIN agent_presence p ON p.agent_id = a.id`;

const matches = `a.removed_at IS NULL AND ($1::text IS NULL OR $1 = ANY(a.tags)) AND ($2::text IS NULL OR a.type = $2)
  AND ($3::text IS NULL OR strpos(lower(a.id || ' ' || a.name || ' ' || array_to_string(a.tags, ' ')), lower($3)) > 0)`;

export class AgentListStore {
  constructor(private readonly database: Queryable) {}

  async list({ tag, type, search, limit, offset }: AgentFilter): Promise<{ agents: AgentRecord[]; total: number }> {
    const values = [tag ?? null, type ?? null, search ?? null];
    const [agents, [count]] = await Promise.all([
      this.database.query<AgentRecord>(`${select} WHERE ${matches} ORDER BY a.id LIMIT $4 OFFSET $5`, [
        ...values,
        limit,
        offset,
      ]),
      this.database.query<{ total: number }>(`SELECT count(*) AS total FROM agents a WHERE ${matches}`, values),
    ]);
    return { agents, total: count?.total ?? 0 };
  }

  async find(agentId: string): Promise<AgentRecord | null> {
    const [row] = await this.database.query<AgentRecord>(`${select} WHERE a.id = $1 AND a.removed_at IS NULL`, [
      agentId,
    ]);
    return row ?? null;
  }

  async change(agentId: string, { tags, teams, maxParallel, mutualAuthentication }: AgentChange): Promise<void> {
    await this.database.query(
      `UPDATE agents SET tags = coalesce($2::text[], tags), teams = coalesce($5::text[], teams),
         max_parallel = CASE WHEN $3 THEN $4::integer ELSE max_parallel END, mutual_auth = coalesce($6, mutual_auth)
       WHERE id = $1`,
      [
        agentId,
        tags ?? null,
        maxParallel !== undefined,
        maxParallel ?? null,
        teams ?? null,
        mutualAuthentication ?? null,
      ],
    );
  }
}
