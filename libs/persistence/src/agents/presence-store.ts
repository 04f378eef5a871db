/**
 * When was the HTTPS leg of each agent last heard of? Written in batches; the control leg is written with the words
 * that come on it (`sessions/report-store.ts`). Only ages come in, so that the clocks of several server processes
 * need not agree: the database's clock turns them into times.
 */
import type { AgentId } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface HttpSeen {
  readonly agentId: AgentId;
  readonly ageMs: number;
  readonly address: string;
}

export class PresenceStore {
  constructor(private readonly database: Queryable) {}

  /** Agents that are not there (any more) are passed over. */
  async writeHttp(seen: readonly HttpSeen[]): Promise<void> {
    if (seen.length === 0) return;
    await this.database.query(
      `INSERT INTO agent_presence AS p (agent_id, http_at, http_address)
       SELECT s.agent_id, now() - make_interval(secs => s.age_ms / 1000.0), s.address
       FROM unnest($1::text[], $2::float8[], $3::text[]) AS s (agent_id, age_ms, address)
       JOIN agents a ON a.id = s.agent_id ORDER BY s.agent_id
       ON CONFLICT (agent_id) DO UPDATE SET http_address = excluded.http_address,
         http_at = greatest(excluded.http_at, p.http_at)`,
      [seen.map(({ agentId }) => agentId), seen.map(({ ageMs }) => ageMs), seen.map(({ address }) => address)],
    );
  }

  /** Web agents whose control leg was heard of lately, by whichever process. */
  async listPresent(withinMs: number): Promise<AgentId[]> {
    const rows = await this.database.query<{ id: AgentId }>(
      `SELECT a.id FROM agents a JOIN agent_presence p ON p.agent_id = a.id
       WHERE a.type = 'web' AND p.control_at > now() - make_interval(secs => $1 / 1000.0)`,
      [withinMs],
    );
    return rows.map(({ id }) => id);
  }

  /** Whether a leg of any agent has become older than `ageMs` within the last `windowMs`. */
  async hasExpired(ageMs: number, windowMs: number): Promise<boolean> {
    const [row] = await this.database.query<{ expired: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM agent_presence, (SELECT now() - make_interval(secs => $1 / 1000.0) AS until,
           now() - make_interval(secs => ($1 + $2) / 1000.0) AS since) AS t
         WHERE control_at BETWEEN since AND until OR http_at BETWEEN since AND until) AS expired`,
      [ageMs, windowMs],
    );
    return row?.expired === true;
  }
}
