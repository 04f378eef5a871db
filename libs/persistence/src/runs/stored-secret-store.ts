/**
 * The definitions that hold secrets, as the rotation of the data key goes through them; and the lock by which whoever
 * copies a stored secret to another place is kept apart from it (docs/security.md, Keys).
 */
import type { RunId } from '@longshore/protocol';
import type { ProcessDefinition } from '@longshore/rest-contract';
import type { Queryable } from '../database/database';

export interface StoredProcess {
  readonly name: string;
  readonly version: number;
  readonly definition: ProcessDefinition;
}

export interface StoredRun {
  readonly runId: RunId;
  readonly definition: ProcessDefinition;
}

const lockKey = `hashtextextended('longshore stored secrets', 0)`;
const rotationKey = `hashtextextended('longshore data key rotation', 0)`;
/** Texts that begin like a box; what is not one after all is left as it is. */
const holdsSecrets = `definition::text LIKE '%"box1.%'`;

export class StoredSecretStore {
  /** Taken before stored secrets are read to be written elsewhere, until they stand there. */
  async holdToCopy(transaction: Queryable): Promise<void> {
    await transaction.query(`SELECT pg_advisory_xact_lock_shared(${lockKey})`);
  }

  /** Waits for all who copy, and lets none begin, until the transaction ends. */
  async holdStill(transaction: Queryable): Promise<void> {
    await transaction.query(`SELECT pg_advisory_xact_lock(${lockKey})`);
  }

  /** One server process at a time makes or changes data keys. */
  async holdKeys(transaction: Queryable): Promise<void> {
    await transaction.query(`SELECT pg_advisory_xact_lock(${rotationKey})`);
  }

  async processesAfter(queryable: Queryable, after: StoredProcess | null, limit: number): Promise<StoredProcess[]> {
    return queryable.query<StoredProcess>(
      `SELECT name, version, definition FROM processes
       WHERE ($1::text IS NULL OR (name, version) > ($1, $2::int)) AND ${holdsSecrets} ORDER BY name, version LIMIT $3`,
      [after?.name ?? null, after?.version ?? null, limit],
    );
  }

  async replaceProcesses(queryable: Queryable, processes: readonly StoredProcess[]): Promise<void> {
    await queryable.query(
      `UPDATE processes p SET definition = t.definition
       FROM unnest($1::text[], $2::int[], $3::jsonb[]) AS t (name, version, definition)
       WHERE p.name = t.name AND p.version = t.version`,
      [
        processes.map(({ name }) => name),
        processes.map(({ version }) => version),
        processes.map(({ definition }) => JSON.stringify(definition)),
      ],
    );
  }

  async runsAfter(queryable: Queryable, after: StoredRun | null, limit: number): Promise<StoredRun[]> {
    return queryable.query<StoredRun>(
      `SELECT id AS "runId", definition FROM runs
       WHERE ($1::uuid IS NULL OR id > $1) AND ${holdsSecrets} ORDER BY id LIMIT $2`,
      [after?.runId ?? null, limit],
    );
  }

  async replaceRuns(queryable: Queryable, runs: readonly StoredRun[]): Promise<void> {
    await queryable.query(
      `UPDATE runs r SET definition = t.definition FROM unnest($1::uuid[], $2::jsonb[]) AS t (id, definition)
       WHERE r.id = t.id`,
      [runs.map(({ runId }) => runId), runs.map(({ definition }) => JSON.stringify(definition))],
    );
  }
}
