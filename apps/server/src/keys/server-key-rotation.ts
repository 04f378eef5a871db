/**
 * Moves the server's identity to its next key (docs/security.md, Keys). The order is what makes it safe: first the
 * folder, in one synced step; then this process goes by the folder; then everybody else is told. Whoever misses the
 * telling finds out by itself, from the folder (another process) or from the chain (an agent).
 */
import { InstallTokenStore } from '@longshore/persistence';
import { createSigner } from '@longshore/pinning';
import type { RotateServerKey } from '@longshore/rest-contract';
import { Injectable } from '@nestjs/common';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { type KeyRecord, moveKeyRecord, readKeyChain } from '../trust/key-record';
import { type KeyChange, KeyChanges } from './key-changes';
import { KeyDocuments } from './key-documents';
import { KeyTakeover } from './key-takeover';

export interface Rotated {
  readonly installTokensRevoked: number;
}

@Injectable()
export class ServerKeyRotation {
  constructor(
    private readonly changes: KeyChanges,
    private readonly documents: KeyDocuments,
    private readonly tokens: InstallTokenStore,
    private readonly takeover: KeyTakeover,
  ) {}

  async rotate({ emergency, nextKey }: RotateServerKey): Promise<Rotated> {
    const brought = nextKey === null ? null : await this.documents.openNextKey(nextKey.document, nextKey.passphrase);
    let installTokensRevoked = 0;
    try {
      installTokensRevoked = await this.changes.change((record) => this.#move(record, brought, emergency));
    } finally {
      // Also after a failure behind the write: this process goes by what the folder holds.
      await this.takeover.takeOver();
    }
    this.takeover.tellOthers({ emergency });
    // Those that were made by the old key in the meantime.
    if (emergency) installTokensRevoked += await this.tokens.removeAll();
    return { installTokensRevoked };
  }

  /**
   * Install tokens lead new agents to the key that they name, without a look at the chain where that key answers.
   * When it is stolen they go first: a crash in between leaves none of them.
   */
  async #move(record: KeyRecord, brought: string | null, emergency: boolean): Promise<KeyChange<number>> {
    const moved = await moveKeyRecord(record, { nextKeyPem: await committedKey(record, brought), emergency });
    return { record: moved, result: emergency ? await this.tokens.removeAll() : 0 };
  }
}

/** The committed key, brought or held. */
async function committedKey(record: KeyRecord, brought: string | null): Promise<string> {
  const nextKeyPem = brought ?? record.nextKeyPem;
  const field = 'nextKey';
  if (nextKeyPem === null)
    throw new RequestRefusedError(409, 'NEXT_KEY_OFFLINE', 'the next key is kept offline: send it along', { field });
  const committed = (await readKeyChain(record)).at(-1)?.nextCommitment;
  if (createSigner(nextKeyPem).fingerprint !== committed)
    throw new RequestRefusedError(409, 'NEXT_KEY_FOREIGN', `the next key has to be ${committed}`, { field });
  return nextKeyPem;
}
