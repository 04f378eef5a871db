/**
 * Brings every stored secret under the current data key, in batches that each are a transaction, and says which other
 * keys something is still under (docs/security.md, Keys).
 *
 * Processes come first, the last of them while nobody may copy a secret: from then on no secret under an old key can
 * appear anywhere, and the runs, which only ever copy from processes, are gone through at leisure.
 */
import type { Database, Queryable, StoredProcess, StoredRun, StoredSecretStore } from '@longshore/persistence';
import { boxKeyIdOf, SecretBoxRefusedError } from '@longshore/pinning';
import type { ProcessDefinition } from '@longshore/rest-contract';
import type { DataKeys } from './data-keys';
import { contextOf, mapSecrets } from './secure-inputs';

export interface AnewParts {
  readonly database: Database;
  readonly store: StoredSecretStore;
  readonly keys: Pick<DataKeys, 'currentId' | 'encrypt' | 'decrypt'>;
  readonly progress: (done: { readonly definitions: number; readonly secrets: number }) => void;
  /** A secret that cannot be read stays as it is; the key it names may come back with a backup. */
  readonly unreadable: (error: SecretBoxRefusedError) => void;
}

export interface EncryptedAnew {
  readonly secrets: number;
  /** Keys that something is still under. */
  readonly keyIdsInUse: ReadonlySet<string>;
}

const batch = 100;

export async function encryptAllAnew(parts: AnewParts): Promise<EncryptedAnew> {
  const { database, store } = parts;
  const anew = new Anew(parts);
  const processes = {
    read: (queryable: Queryable, after: StoredProcess | null) => store.processesAfter(queryable, after, batch),
    write: (queryable: Queryable, changed: readonly StoredProcess[]) => store.replaceProcesses(queryable, changed),
  };
  const runs = {
    read: (queryable: Queryable, after: StoredRun | null) => store.runsAfter(queryable, after, batch),
    write: (queryable: Queryable, changed: readonly StoredRun[]) => store.replaceRuns(queryable, changed),
  };
  await anew.walk(processes, (work) => database.withTransaction(work));
  await database.withTransaction(async (transaction) => {
    await store.holdStill(transaction);
    await anew.walk(processes, (work) => work(transaction));
  });
  await anew.walk(runs, (work) => database.withTransaction(work));
  return { secrets: anew.secrets, keyIdsInUse: anew.keyIdsInUse };
}

interface Stored {
  readonly definition: ProcessDefinition;
}

interface Shelf<Row extends Stored> {
  read(queryable: Queryable, after: Row | null): Promise<Row[]>;
  write(queryable: Queryable, changed: readonly Row[]): Promise<void>;
}

type Transact = <Result>(work: (transaction: Queryable) => Promise<Result>) => Promise<Result>;

class Anew {
  secrets = 0;
  readonly keyIdsInUse = new Set<string>();
  private definitions = 0;

  constructor(private readonly parts: AnewParts) {}

  async walk<Row extends Stored>(shelf: Shelf<Row>, transact: Transact): Promise<void> {
    for (let after: Row | null = null; ;) {
      const from: Row | null = after;
      const rows: Row[] = await transact((transaction) => this.batch(shelf, transaction, from));
      after = rows.at(-1) ?? null;
      if (rows.length < batch) return;
    }
  }

  private async batch<Row extends Stored>(shelf: Shelf<Row>, transaction: Queryable, after: Row | null) {
    const rows = await shelf.read(transaction, after);
    let secrets = 0;
    const changed = rows.flatMap((row) => {
      let changes = 0;
      const definition = mapSecrets(row.definition, (secret) => {
        const box = this.anew(secret.box, contextOf(secret));
        if (box !== secret.box) changes += 1;
        return box;
      });
      secrets += changes;
      return changes === 0 ? [] : [{ ...row, definition }];
    });
    if (changed.length > 0) await shelf.write(transaction, changed);
    this.secrets += secrets;
    this.definitions += changed.length;
    if (changed.length > 0) this.parts.progress({ definitions: this.definitions, secrets: this.secrets });
    return rows;
  }

  private anew(box: string, context: string): string {
    const { keys, unreadable } = this.parts;
    try {
      const keyId = boxKeyIdOf(box);
      return keyId === keys.currentId ? box : keys.encrypt(keys.decrypt(box, context), context);
    } catch (error) {
      if (!(error instanceof SecretBoxRefusedError)) throw error;
      if (error.problem === 'broken') this.keyIdsInUse.add(boxKeyIdOf(box));
      unreadable(error);
      return box;
    }
  }
}
