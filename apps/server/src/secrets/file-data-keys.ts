/**
 * The data keys of this data folder, and their rotation (docs/security.md, Keys).
 *
 * Server processes that share the folder share the file: it is read again before each encryption and whenever a secret
 * names a key that is not known. A key that was dropped from the file stays known to a process that had it, because
 * the process may have read a secret under it just before.
 */
import type { Database, StoredSecretStore } from '@longshore/persistence';
import { type BoxKey, boxKeyIdOf, closeBox, openBox, SecretBoxRefusedError } from '@longshore/pinning';
import type { RotatedDataKey } from '@longshore/rest-contract';
import type { ServerLog } from '../config/server-log';
import { type DataKeyFile, type DataKeySet, DataKeysUnusableError } from './data-key-file';
import { DataKeys } from './data-keys';
import { encryptAllAnew } from './encrypt-anew';

export interface DataKeyParts {
  readonly file: DataKeyFile;
  readonly database: Database;
  readonly store: StoredSecretStore;
  readonly log: Pick<ServerLog, 'info' | 'warn'>;
}

export class FileDataKeys extends DataKeys {
  readonly #known = new Map<string, BoxKey>();
  #current: BoxKey;
  #before: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly parts: DataKeyParts,
    keys: DataKeySet,
  ) {
    super();
    this.#current = this.#take(keys);
  }

  /** Makes the first key where there is none. */
  static async open(parts: DataKeyParts): Promise<FileDataKeys> {
    const { file, database, store } = parts;
    const keys =
      file.read() ??
      (await database.withTransaction(async (transaction) => {
        await store.holdKeys(transaction);
        return file.read() ?? (await file.addCurrent());
      }));
    return new FileDataKeys(parts, keys);
  }

  override get currentId(): string {
    this.#readAgain();
    return this.#current.id;
  }

  override encrypt(text: string, context: string): string {
    this.#readAgain();
    return closeBox({ text, key: this.#current, context });
  }

  override has(box: string): boolean {
    const keyId = keyIdOrNull(box);
    if (keyId === null) return false;
    if (!this.#known.has(keyId)) this.#readAgain();
    return this.#known.has(keyId);
  }

  override decrypt(box: string, context: string): string {
    this.has(box);
    return openBox({ box, keys: this.#known, context });
  }

  override rotate(): Promise<RotatedDataKey> {
    return this.#holdingKeys(async () => {
      this.#take(await this.parts.file.addCurrent());
      return this.#encryptAnew();
    });
  }

  /** A rotation that a crash cut short left old keys behind; otherwise there is nothing to do. */
  async finishRotation(): Promise<void> {
    if ((this.parts.file.read()?.keys.length ?? 0) <= 1) return;
    await this.#holdingKeys(() => this.#encryptAnew());
  }

  async #encryptAnew(): Promise<RotatedDataKey> {
    const { file, database, store, log } = this.parts;
    // Read once: what this rotation writes is under one key, whatever comes after it.
    const current = this.#current;
    const { secrets, keyIdsInUse } = await encryptAllAnew({
      database,
      store,
      keys: {
        currentId: current.id,
        encrypt: (text, context) => closeBox({ text, key: current, context }),
        decrypt: (box, context) => this.decrypt(box, context),
      },
      progress: (done) => log.info({ ...done, dataKeyId: current.id }, 'secrets are being encrypted anew'),
      unreadable: (error) => log.warn({ error }, 'a stored secret cannot be read and stays as it is'),
    });
    await file.keepOnly(keyIdsInUse);
    log.info({ dataKeyId: current.id, secrets }, 'all secrets are under the current data key');
    return { dataKeyId: current.id, secretsEncryptedAnew: secrets };
  }

  /** Here one waits for the other without a connection: those who wait must not take the last from the one at work. */
  #holdingKeys<Result>(work: () => Promise<Result>): Promise<Result> {
    const { database, store } = this.parts;
    const turn = this.#before.then(() =>
      database.withTransaction(async (transaction) => {
        await store.holdKeys(transaction);
        this.#readAgain();
        return work();
      }),
    );
    this.#before = turn.catch(() => undefined);
    return turn;
  }

  #readAgain(): void {
    const keys = this.parts.file.read();
    if (keys === null) throw new DataKeysUnusableError(this.parts.file.path);
    this.#take(keys);
  }

  #take({ current, keys }: DataKeySet): BoxKey {
    for (const key of keys) this.#known.set(key.id, key);
    this.#current = current;
    return current;
  }
}

/** Null: no box at all. */
function keyIdOrNull(box: string): string | null {
  try {
    return boxKeyIdOf(box);
  } catch (error) {
    if (error instanceof SecretBoxRefusedError) return null;
    throw error;
  }
}
