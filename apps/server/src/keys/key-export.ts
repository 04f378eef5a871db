/**
 * Gives the server's keys out under an operator's passphrase: the whole identity for another machine, or the next key,
 * which can leave the server by that (docs/security.md, Keys).
 */
import type { ExportKeys, KeyDocument } from '@longshore/rest-contract';
import { Injectable } from '@nestjs/common';
import { RequestRefusedError } from '../listeners/request-refused-error';
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

  async export({ content, passphrase, takeOffline }: ExportKeys): Promise<KeyDocument> {
    if (content === 'next-key') return this.#exportNextKey(passphrase, takeOffline);
    if (takeOffline) {
      const field = 'takeOffline';
      throw new RequestRefusedError(400, 'KEYS_NEEDED_HERE', 'only the next key can leave the server', { field });
    }
    return this.changes.change(async (keys) => {
      const files = await this.surroundings.read();
      return { record: null, result: await this.documents.sealIdentity({ keys, files }, passphrase) };
    });
  }

  #exportNextKey(passphrase: string, takeOffline: boolean): Promise<KeyDocument> {
    return this.changes.change(async (keys) => {
      if (keys.nextKeyPem === null)
        throw new RequestRefusedError(409, 'NEXT_KEY_OFFLINE', 'the next key is not on this server');
      const document = await this.documents.sealNextKey(keys.serverId, keys.nextKeyPem, passphrase);
      // A document that nobody can open would be the end of the chain.
      const opens = (await this.documents.openNextKey(document, passphrase)) === keys.nextKeyPem;
      return { record: takeOffline && opens ? { ...keys, nextKeyPem: null } : null, result: document };
    });
  }
}
