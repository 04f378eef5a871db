/** What peers sent that was no message of ours, or not theirs to say: for operators to see, never dropped in silence. */
import type { AgentId } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface Refusal {
  readonly agentId: AgentId | null;
  readonly code: string;
  readonly message: string;
}

export class RefusalStore {
  constructor(private readonly database: Queryable) {}

  async record(refusals: readonly Refusal[], queryable: Queryable = this.database): Promise<void> {
    if (refusals.length === 0) return;
    await queryable.query(
      `INSERT INTO refused_messages (agent_id, code, message) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])`,
      [
        refusals.map(({ agentId }) => agentId),
        refusals.map(({ code }) => code),
        refusals.map(({ message }) => message.slice(0, 4000)),
      ],
    );
  }
}
