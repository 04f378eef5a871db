/**
 * What is an agent to do with its identity? An operator's wish first, then the policy's age, by the database's clock
 * alone, so that the servers' and the agents' clocks need not agree (docs/protocol.md, Identity and pins).
 */
import type { AgentId, AgentType } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export type IdentityDuty = 'keep' | 'rotate-key' | 'renew-certificate';

export interface ConnectedAgent {
  readonly agentId: AgentId;
  readonly type: AgentType;
}

const duty = `CASE WHEN a.fingerprint IS NULL THEN 'keep' WHEN a.identity_request IS NOT NULL THEN a.identity_request
  WHEN a.key_pinned_at < now() - make_interval(days => p.agent_key_max_age_days) THEN 'rotate-key' ELSE 'keep' END`;

export class IdentityDueStore {
  constructor(private readonly database: Queryable) {}

  async dutyOf(agentId: AgentId): Promise<IdentityDuty> {
    const [row] = await this.database.query<{ duty: IdentityDuty }>(
      `SELECT ${duty} AS duty FROM agents a, security_policy p WHERE a.id = $1 AND a.removed_at IS NULL`,
      [agentId],
    );
    return row?.duty ?? 'keep';
  }

  /** Some of the agents that have something to do and were heard of lately; any of them, so that none is starved. */
  async listConnected(heardWithinMs: number, limit: number): Promise<ConnectedAgent[]> {
    return this.database.query<ConnectedAgent>(
      `SELECT a.id AS "agentId", a.type FROM security_policy p, agents a JOIN agent_presence s ON s.agent_id = a.id
       WHERE a.removed_at IS NULL AND a.approved AND a.quarantine IS NULL AND s.problem IS NULL
         AND s.control_at > now() - make_interval(secs => $1 / 1000.0) AND ${duty} <> 'keep'
       ORDER BY random() LIMIT $2`,
      [heardWithinMs, limit],
    );
  }
}
