/**
 * Puts the keys of a key document into the data folder of a server that is down, so that a machine that was lost can be
 * replaced without a visit to any agent (docs/security.md, Keys).
 *
 * It takes no server's keys away from it: another server's folder, and keys that have moved on since the document was
 * made, stay as they are.
 */
import { readFile } from 'node:fs/promises';
import { SealRefusedError } from '@longshore/pinning';
import { InputInvalidError, LongshoreError, parseWith } from '@longshore/protocol';
import { type KeyDocument, keyDocumentSchema } from '@longshore/rest-contract';
import { systemCodeOf } from '../config/system-code';
import { IdentityFolder } from '../trust/identity-folder';
import { type KeyRecord, KeyRecordBrokenError, readKeyChain } from '../trust/key-record';
import { IdentitySurroundings } from './identity-surroundings';
import { KeyDocuments } from './key-documents';

export interface KeyImport {
  /** Claimed by the caller: no server works in it. */
  readonly dataFolder: string;
  /** The key document. */
  readonly file: string;
  readonly passphrase: string;
}

/** Nothing was written; the message names the file and what is wrong with it, or why the folder stays as it is. */
export class KeyImportRefusedError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('KEY_IMPORT_REFUSED', 'stop', problem, options);
  }
}

/** Answers one line that says what was done. */
export async function importKeys({ dataFolder, file, passphrase }: KeyImport): Promise<string> {
  const folder = new IdentityFolder(dataFolder);
  const surroundings = new IdentitySurroundings(dataFolder);
  try {
    const document = await readDocument(file);
    const there = await folder.read();
    if (there !== null && there.serverId !== document.serverId)
      throw new KeyImportRefusedError(`${folder.path} holds the keys of another server, ${there.serverId}`);
    return document.content === 'next-key'
      ? await importNextKey(folder, there, { document, passphrase })
      : await importIdentity({ folder, surroundings }, there, { document, passphrase });
  } catch (cause) {
    if (
      cause instanceof InputInvalidError ||
      cause instanceof SealRefusedError ||
      cause instanceof KeyRecordBrokenError
    )
      throw new KeyImportRefusedError(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}

interface Locked {
  readonly document: KeyDocument;
  readonly passphrase: string;
}

async function readDocument(file: string): Promise<KeyDocument> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KeyImportRefusedError(`${file} cannot be read (${systemCodeOf(cause) ?? 'no reason given'})`, { cause });
  });
  return parseWith(keyDocumentSchema, parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputInvalidError('', 'is no key document, or is damaged: it is not JSON');
  }
}

async function importIdentity(
  target: { readonly folder: IdentityFolder; readonly surroundings: IdentitySurroundings },
  there: KeyRecord | null,
  { document, passphrase }: Locked,
): Promise<string> {
  const { keys, files } = await new KeyDocuments().openIdentity(document, passphrase);
  if (there !== null && !there.chain.every((link, index) => keys.chain[index] === link))
    throw new KeyImportRefusedError(
      `${target.folder.path} has keys of this server that are newer: its key has moved since the document was made`,
    );
  // The identity comes last: before it, a second try starts over.
  const written = await target.surroundings.writeMissing(files);
  if (there?.chain.length !== keys.chain.length) await target.folder.write(keys);
  const also = written.length === 0 ? '' : `; also written: ${written.join(', ')}`;
  return `${target.folder.path} holds the keys of server ${keys.serverId}, ${document.fingerprint}${also}`;
}

async function importNextKey(
  folder: IdentityFolder,
  there: KeyRecord | null,
  { document, passphrase }: Locked,
): Promise<string> {
  if (there === null)
    throw new KeyImportRefusedError(`${folder.path} holds no server that this next key could belong to`);
  const committed = (await readKeyChain(there)).at(-1)?.nextCommitment;
  if (committed !== document.fingerprint)
    throw new KeyImportRefusedError(`this server's next key is ${committed}, not ${document.fingerprint}`);
  const nextKeyPem = await new KeyDocuments().openNextKey(document, passphrase);
  await folder.write({ ...there, nextKeyPem });
  return `${folder.path} holds the next key again, ${document.fingerprint}`;
}
