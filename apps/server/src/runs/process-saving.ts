/**
 * Saves the next version of a process, its secure inputs encrypted. What is left null is kept from the version before,
 * so both are read and written in one transaction that holds the process and all stored secrets
 * (docs/security.md, Keys).
 */
import { Injectable } from '@nestjs/common';
import { Database, ProcessStore, StoredSecretStore } from '@longshore/persistence';
import type { Process, ProcessDefinition } from '@longshore/rest-contract';
import { DataKeys } from '../secrets/data-keys';
import { encryptSecrets } from '../secrets/secure-inputs';

@Injectable()
export class ProcessSaving {
  constructor(
    private readonly database: Database,
    private readonly processes: ProcessStore,
    private readonly secrets: StoredSecretStore,
    private readonly keys: DataKeys,
  ) {}

  save(definition: ProcessDefinition): Promise<Process> {
    return this.database.withTransaction(async (transaction) => {
      await this.secrets.holdToCopy(transaction);
      await this.processes.hold(transaction, definition.name);
      const previous = await this.processes.findStored(transaction, definition.name);
      const stored = encryptSecrets(definition, previous?.definition ?? null, this.keys);
      return this.processes.save(transaction, stored);
    });
  }
}
