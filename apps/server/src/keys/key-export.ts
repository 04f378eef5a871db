/**
 * Gives the server's keys out under an operator's passphrase: the whole identity for another machine, or the next key,
 * which leaves the server only once its document was given out and has come back (docs/security.md, Keys).
 */
import { AuditStore, type Queryable } from '@longshore/persistence';
import type { ExportKeys, KeyDocument } from '@longshore/rest-contract';
import { Injectable } from '@nestjs/common';
import { RequestRefusedError } from '../listeners/request-refused-error';
import type { KeyRecord } from '../trust/key-record';
import { IdentitySurroundings } from './identity-surroundings';
import { KeyChanges } from './key-changes';
import { KeyDocuments } from './key-documents';

@Injectable()
export class KeyExport {
  constructor(
    private readonly changes: KeyChanges,
    private readonly documents: KeyDocuments,
    private readonly surroundings: IdentitySurroundings,
  ) {}

  async export(wish: ExportKeys, actor: string): Promise<KeyDocument> {
    if (wish.takeOffline) return this.#takeNextKeyOffline(wish, actor);
    return this.changes.change(async (keys, transaction) => {
      const { content, passphrase } = wish;
      const document = await (content === 'next-key'
        ? this.documents.sealNextKey(keys.serverId, heldNextKey(keys), passphrase)
        : this.documents.sealIdentity({ keys, files: await this.surroundings.read() }, passphrase));
      await writeDown(wish, { actor, document }, transaction);
      return { record: null, result: document };
    });
  }

  /** A document that did not arrive, or that nobody can open, would be the end of the chain. */
  async #takeNextKeyOffline(wish: ExportKeys, actor: string): Promise<KeyDocument> {
    const document = exportedBefore(wish);
    const exported = await this.documents.openNextKey(document, wish.passphrase);
    return this.changes.change(async (keys, transaction) => {
      if (heldNextKey(keys) !== exported) {
        const problem = 'the document holds another key than the next one of now: export that one first';
        throw new RequestRefusedError(409, 'NEXT_KEY_FOREIGN', problem, { field: 'document' });
      }
      await writeDown(wish, { actor, document }, transaction);
      return { record: { ...keys, nextKeyPem: null }, result: document };
    });
  }
}

function exportedBefore({ content, document }: ExportKeys): KeyDocument {
  if (content !== 'next-key') {
    const field = 'takeOffline';
    throw new RequestRefusedError(400, 'KEYS_NEEDED_HERE', 'only the next key can leave the server', { field });
  }
  if (document === null) {
    const problem = 'export the next key first, keep the document, and send it along';
    throw new RequestRefusedError(400, 'NEXT_KEY_NOT_EXPORTED', problem, { field: 'document' });
  }
  return document;
}

function heldNextKey({ nextKeyPem }: KeyRecord): string {
  if (nextKeyPem === null) throw new RequestRefusedError(409, 'NEXT_KEY_OFFLINE', 'the next key is not on this server');
  return nextKeyPem;
}

function writeDown(
  { content, takeOffline }: ExportKeys,
  { actor, document }: { readonly actor: string; readonly document: KeyDocument },
  transaction: Queryable,
): Promise<void> {
  const entry = { actor, action: 'server-keys.exported', target: document.fingerprint };
  return new AuditStore(transaction).record({ ...entry, details: { content, takeOffline } });
}
