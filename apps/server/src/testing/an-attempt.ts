/** An attempt in the database, with the agent, run and item that it belongs to. */
import { randomUUID } from 'node:crypto';
import type { Queryable } from '@longshore/persistence';
import { type AttemptId, attemptIdSchema } from '@longshore/protocol';

export async function anAttempt(database: Queryable, agentId: string): Promise<AttemptId> {
  const [run, item, attempt] = [randomUUID(), randomUUID(), randomUUID()];
  await database.query(
    `INSERT INTO agents (id, name, type, approved, fingerprint, public_key_pem, certificate_pem)
     VALUES ($1, $1, 'web', true, $1, '', '') ON CONFLICT DO NOTHING`,
    [agentId],
  );
  await database.query(
    `INSERT INTO runs (id, process_name, process_version, definition, state, started_by) VALUES ($1, 'p', 1, '{}', 'running', 'admin')`,
    [run],
  );
  await database.query(
    `INSERT INTO items (id, run_id, place, step, agent_id, state) VALUES ($1, $2, 0, 's', $3, 'active')`,
    [item, run, agentId],
  );
  await database.query(
    `INSERT INTO attempts (id, item_id, run_id, agent_id, number, state) VALUES ($1, $2, $3, $4, 1, 'running')`,
    [attempt, item, run, agentId],
  );
  return attemptIdSchema.parse(attempt);
}
