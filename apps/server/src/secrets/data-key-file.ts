/**
 * Where do the data keys live? In `<dataFolder>/secrets/data-keys.json`, 0600 in a 0700 folder, outside PostgreSQL: who
 * has the database alone has no secret. The current key is for what is written, the others are there while something
 * may still be under them (docs/security.md, Keys).
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BoxKey, createBoxKey } from '@longshore/pinning';
import { LongshoreError } from '@longshore/protocol';
import { z } from 'zod';
import { systemCodeOf } from '../config/system-code';
import { makePrivateFolder, writePrivateFile } from '../trust/private-files';

const contentSchema = z
  .strictObject({
    version: z.literal(1),
    current: z.string(),
    keys: z
      .array(z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/), key: z.base64().length(44), madeAt: z.string() }))
      .min(1),
  })
  .refine(({ current, keys }) => keys.some(({ id }) => id === current));
type Content = z.infer<typeof contentSchema>;

export interface DataKeySet {
  readonly current: BoxKey;
  readonly keys: readonly BoxKey[];
}

export class DataKeysUnusableError extends LongshoreError {
  constructor(path: string, options: { readonly cause?: unknown } = {}) {
    super('DATA_KEYS_UNUSABLE', 'stop', `${path}: is not readable; restore it from a backup`, options);
  }
}

export class DataKeyFile {
  readonly path: string;

  constructor(dataFolder: string) {
    this.path = join(dataFolder, 'secrets', 'data-keys.json');
  }

  /** Null: there is none yet. It is read at once, for encrypting and decrypting wait for nothing. */
  read(): DataKeySet | null {
    const content = this.#content();
    return content === null ? null : setOf(content);
  }

  /** A new current key beside those that are there; it is on disk when this resolves. */
  async addCurrent(): Promise<DataKeySet> {
    const { id, key } = createBoxKey();
    const made = { id, key: Buffer.from(key).toString('base64'), madeAt: new Date().toISOString() };
    return this.#write({ version: 1, current: id, keys: [made, ...(this.#content()?.keys ?? [])] });
  }

  /** Forgets all keys but the current one and those named. */
  async keepOnly(usedIds: ReadonlySet<string>): Promise<DataKeySet> {
    const content = this.#content();
    if (content === null) throw new DataKeysUnusableError(this.path);
    const keys = content.keys.filter(({ id }) => id === content.current || usedIds.has(id));
    return keys.length === content.keys.length ? setOf(content) : this.#write({ ...content, keys });
  }

  async #write(content: Content): Promise<DataKeySet> {
    await makePrivateFolder(dirname(this.path));
    await writePrivateFile(this.path, `${JSON.stringify(content, null, 2)}\n`);
    return setOf(content);
  }

  #content(): Content | null {
    try {
      return contentSchema.parse(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch (cause) {
      if (systemCodeOf(cause) === 'ENOENT') return null;
      // The cause of a JSON error repeats a part of the text, and the text is keys.
      throw new DataKeysUnusableError(this.path);
    }
  }
}

function setOf({ current, keys }: Content): DataKeySet {
  const parsed = keys.map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') }));
  const found = parsed.find(({ id }) => id === current);
  if (found === undefined) throw new Error('the schema lets no content pass whose current key is missing');
  return { current: found, keys: parsed };
}
