/**
 * Moves the server's identity to its next key (docs/security.md, Keys). The order is what makes it safe: first the
 * audit log, without which nothing is done, and the folder, in one synced step; then this process goes by the folder;
 * then everybody else is told. Whoever misses the telling finds out by itself, from the folder (another process) or
 * from the chain (an agent).
 */
import { AuditStore, Database, InstallTokenStore, type Queryable } from '@longshore/persistence';
import { createSigner } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import type { RotateServerKey } from '@longshore/rest-contract';
import { Injectable } from '@nestjs/common';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { type KeyRecord, moveKeyRecord, readKeyChain } from '../trust/key-record';
import { type KeyChange, KeyChanges } from './key-changes';
import { KeyDocuments } from './key-documents';
import { KeyTakeover } from './key-takeover';

interface Move {
  /** The next key, where it was kept offline. */
  readonly brought: string | null;
  readonly emergency: boolean;
  readonly actor: string;
}

@Injectable()
export class ServerKeyRotation {
  constructor(
    private readonly changes: KeyChanges,
    private readonly documents: KeyDocuments,
    private readonly database: Database,
    private readonly takeover: KeyTakeover,
  ) {}

  async rotate({ emergency, nextKey }: RotateServerKey, actor: string): Promise<void> {
    const brought = nextKey === null ? null : await this.documents.openNextKey(nextKey.document, nextKey.passphrase);
    const move = { brought, emergency, actor };
    let fingerprint: Fingerprint;
    try {
      fingerprint = await this.changes.change((record, transaction) => this.#move(record, move, transaction));
    } finally {
      // Also after a failure behind the write: this process goes by what the folder holds.
      await this.takeover.takeOver();
    }
    this.takeover.tellOthers(fingerprint, { emergency });
    // Those that were made by the old key in the meantime.
    if (emergency) await this.#revokeInstallTokens(actor);
  }

  /**
   * Install tokens lead new agents to the key that they name, without a look at the chain where that key answers.
   * When it is stolen they go first, in a transaction of their own: a crash in between leaves none of them.
   */
  async #move(record: KeyRecord, move: Move, transaction: Queryable): Promise<KeyChange<Fingerprint>> {
    const { brought, emergency, actor } = move;
    const moved = await moveKeyRecord(record, { nextKeyPem: await committedKey(record, brought), emergency });
    const installTokensRevoked = emergency ? await this.#revokeInstallTokens(actor) : 0;
    const { fingerprint } = createSigner(moved.currentKeyPem);
    const rotation = moved.chain.length - 1;
    await new AuditStore(transaction).record({
      actor,
      action: 'server-key.rotated',
      target: fingerprint,
      details: { rotation, emergency, broughtFromOffline: brought !== null, installTokensRevoked },
    });
    return { record: moved, result: fingerprint };
  }

  /** Answers how many there were. */
  #revokeInstallTokens(actor: string): Promise<number> {
    return this.database.withTransaction(async (transaction) => {
      const count = await new InstallTokenStore(transaction).removeAll();
      const entry = { actor, action: 'install-tokens.revoked', target: 'all' };
      if (count > 0) await new AuditStore(transaction).record({ ...entry, details: { count } });
      return count;
    });
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
