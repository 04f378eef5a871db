/**
 * Which server does this database belong to, and which life of it is this? (docs/protocol.md, Server incarnation)
 *
 * The incarnation is minted at the first start and whenever the database says that it is not the cluster that it
 * was. Agents hear it with each message and say hello again when it changes.
 */
import { randomUUID } from 'node:crypto';
import type { Incarnation, ServerId } from '@longshore/protocol';
import type { Queryable } from '../database/database';

export interface ServerRecord {
  readonly serverId: ServerId;
  readonly incarnation: Incarnation;
}

interface Row {
  readonly server_id: ServerId;
  readonly incarnation: Incarnation;
  readonly system_identifier: string | null;
}

export class ServerRecordStore {
  constructor(private readonly database: Queryable) {}

  /** `newServerId` is used only where the database belongs to no server yet. */
  async open(newServerId: ServerId): Promise<ServerRecord> {
    const systemIdentifier = await this.readSystemIdentifier();
    await this.database.query(
      `INSERT INTO server_identity (server_id, incarnation, system_identifier) VALUES ($1, $2, $3)
       ON CONFLICT (single) DO NOTHING`,
      [newServerId, randomUUID(), systemIdentifier],
    );
    await this.database.query(
      `UPDATE server_identity SET incarnation = $1, system_identifier = $2
       WHERE system_identifier IS DISTINCT FROM $2 AND $2 IS NOT NULL`,
      [randomUUID(), systemIdentifier],
    );
    const [row] = await this.database.query<Row>(
      'SELECT server_id, incarnation, system_identifier FROM server_identity',
    );
    if (row === undefined) throw new Error('server_identity is empty right after it was written');
    return { serverId: row.server_id, incarnation: row.incarnation };
  }

  /** Null where the role may not ask, as on some hosted databases. */
  private async readSystemIdentifier(): Promise<string | null> {
    const [row] = await this.database.query<{ allowed: boolean }>(
      `SELECT has_function_privilege('pg_control_system()', 'EXECUTE') AS allowed`,
    );
    if (row?.allowed !== true) return null;
    const [control] = await this.database.query<{ identifier: string }>(
      'SELECT system_identifier::text AS identifier FROM pg_control_system()',
    );
    return control?.identifier ?? null;
  }
}
