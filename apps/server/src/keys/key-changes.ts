/**
 * Lets one change of the server's keys at a time happen, also among several processes that share one data folder. The
 * second is refused rather than queued: an operator who asks twice by mistake wants one rotation.
 */
import { Database, type Queryable } from '@longshore/persistence';
import { Injectable } from '@nestjs/common';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { IdentityFolder } from '../trust/identity-folder';
import type { KeyRecord } from '../trust/key-record';

/** Any number that no other advisory lock of this database uses. */
const lockNumber = 7_918_000_001;

export interface KeyChange<Result> {
  /** Null: the folder stays as it is. */
  readonly record: KeyRecord | null;
  readonly result: Result;
}

@Injectable()
export class KeyChanges {
  constructor(
    private readonly database: Database,
    private readonly folder: IdentityFolder,
  ) {}

  /**
   * Asks with what the folder holds, and writes the answer. What `decide` puts into the transaction, its line of the
   * audit log above all, is there before the folder is written: where it fails, nothing has been done.
   */
  async change<Result>(
    decide: (record: KeyRecord, transaction: Queryable) => Promise<KeyChange<Result>>,
  ): Promise<Result> {
    return this.database.withTransaction(async (transaction) => {
      const [row] = await transaction.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
        lockNumber,
      ]);
      if (row?.mine !== true)
        throw new RequestRefusedError(409, 'SERVER_KEYS_BUSY', "the server's keys are being changed just now");
      const { record, result } = await decide(await this.folder.require(), transaction);
      if (record !== null) await this.folder.write(record);
      return result;
    });
  }
}
