/**
 * Processes: each save makes a new version, and no version ever changes but for the data key that its secrets are under.
 * What is answered to be shown holds no secret; only `findStored` answers with them, encrypted.
 */
import type { Process, ProcessDefinition } from '@longshore/rest-contract';
import type { Queryable } from '../database/database';
import { hideSecrets } from './hide-secrets';

interface ProcessRow {
  readonly name: string;
  readonly version: number;
  readonly definition: ProcessDefinition;
  readonly created_at: Date;
}

const columns = 'name, version, definition, created_at';

export class ProcessStore {
  constructor(private readonly database: Queryable) {}

  /** Holds the name until the transaction ends, so that what is saved follows on what was read. */
  async hold(transaction: Queryable, name: string): Promise<void> {
    await transaction.query(`SELECT pg_advisory_xact_lock(hashtextextended('process ' || $1, 0))`, [name]);
  }

  /** A definition that equals the newest version is that version. */
  async save(transaction: Queryable, definition: ProcessDefinition): Promise<Process> {
    await this.hold(transaction, definition.name);
    const json = JSON.stringify(definition);
    const [same] = await transaction.query<ProcessRow>(
      `SELECT ${columns} FROM processes WHERE name = $1 AND definition = $2::jsonb
         AND version = (SELECT max(version) FROM processes WHERE name = $1)`,
      [definition.name, json],
    );
    if (same !== undefined) return processOf(same);
    const [row] = await transaction.query<ProcessRow>(
      `INSERT INTO processes (name, version, definition)
       SELECT $1, coalesce(max(version), 0) + 1, $2 FROM processes WHERE name = $1 RETURNING ${columns}`,
      [definition.name, json],
    );
    if (row === undefined) throw new Error('an inserted process was not returned');
    return processOf(row);
  }

  /** The newest version of each, by name. */
  async list(): Promise<Process[]> {
    const rows = await this.database.query<ProcessRow>(
      `SELECT DISTINCT ON (name) ${columns} FROM processes ORDER BY name, version DESC`,
    );
    return rows.map(processOf);
  }

  async find(name: string): Promise<Process | null> {
    const row = await this.newest(this.database, name);
    return row === undefined ? null : processOf(row);
  }

  /** The newest version with its secrets as they are kept: for what is carried out or saved again, never to be shown. */
  async findStored(transaction: Queryable, name: string): Promise<Pick<Process, 'version' | 'definition'> | null> {
    return (await this.newest(transaction, name)) ?? null;
  }

  private async newest(queryable: Queryable, name: string): Promise<ProcessRow | undefined> {
    const [row] = await queryable.query<ProcessRow>(
      `SELECT ${columns} FROM processes WHERE name = $1 ORDER BY version DESC LIMIT 1`,
      [name],
    );
    return row;
  }
}

function processOf({ name, version, definition, created_at }: ProcessRow): Process {
  return { name, version, definition: hideSecrets(definition), createdAt: created_at.toISOString() };
}
