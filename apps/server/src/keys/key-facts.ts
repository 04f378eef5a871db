/** What may operators see of the server's keys? Everything but the keys. */
import type { ServerKeys } from '@longshore/rest-contract';
import { Injectable } from '@nestjs/common';
import { DataKeys } from '../secrets/data-keys';
import { IdentityFolder } from '../trust/identity-folder';
import { readKeyChain } from '../trust/key-record';

@Injectable()
export class KeyFacts {
  constructor(
    private readonly folder: IdentityFolder,
    private readonly dataKeys: DataKeys,
  ) {}

  async show(): Promise<ServerKeys> {
    const record = await this.folder.require();
    const statements = await readKeyChain(record);
    const chain = statements.map(({ index, current, nextCommitment }) => ({
      index,
      fingerprint: current,
      nextCommitment,
    }));
    const last = chain[chain.length - 1];
    return {
      fingerprint: last?.fingerprint ?? '',
      nextCommitment: last?.nextCommitment ?? '',
      nextKeyHeld: record.nextKeyPem !== null,
      rotations: last?.index ?? 0,
      chain,
      dataKeyId: this.dataKeys.currentId,
    };
  }
}
