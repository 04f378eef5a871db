/** Keys that may never be pinned (again): those of rejected agents and those that were forgotten for good. */
import type { AgentId, Fingerprint } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export class RejectedKeyStore {
  constructor(private readonly database: Queryable) {}

  async has(fingerprint: Fingerprint): Promise<boolean> {
    const found = await this.database.query('SELECT 1 FROM rejected_keys WHERE fingerprint = $1', [fingerprint]);
    return found.length > 0;
  }

  async add(fingerprint: Fingerprint, agentId: AgentId, user: string): Promise<void> {
    await this.database.query(
      'INSERT INTO rejected_keys (fingerprint, agent_id, rejected_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [fingerprint, agentId, user],
    );
  }

  async release(fingerprint: Fingerprint): Promise<void> {
    await this.database.query('DELETE FROM rejected_keys WHERE fingerprint = $1', [fingerprint]);
  }
}
