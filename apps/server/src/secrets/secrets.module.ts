/** Secrets at rest and on their way to agents; known to every module. */
import { Global, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, StoredSecretStore } from '@longshore/persistence';
import { ServerLog } from '../config/server-log';
import { ServerSettings } from '../config/server-settings';
import { DataKeyFile } from './data-key-file';
import { DataKeysController } from './data-keys.controller';
import { DataKeys } from './data-keys';
import { FileDataKeys } from './file-data-keys';
import { StepSecrets } from './step-secrets';

@Global()
@Module({
  controllers: [DataKeysController],
  providers: [
    { provide: StoredSecretStore, useFactory: () => new StoredSecretStore() },
    {
      provide: FileDataKeys,
      inject: [ServerSettings, Database, StoredSecretStore, ServerLog],
      useFactory: (settings: ServerSettings, database: Database, store: StoredSecretStore, log: ServerLog) =>
        FileDataKeys.open({ file: new DataKeyFile(settings.dataFolder), database, store, log }),
    },
    { provide: DataKeys, useExisting: FileDataKeys },
    { provide: StepSecrets, inject: [DataKeys], useFactory: (keys: DataKeys) => new StepSecrets(keys) },
  ],
  exports: [DataKeys, StepSecrets, StoredSecretStore],
})
export class SecretsModule implements OnApplicationBootstrap, OnModuleDestroy {
  private finishing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(FileDataKeys) private readonly keys: FileDataKeys,
    @Inject(ServerLog) private readonly log: ServerLog,
  ) {}

  /** Old keys do no harm, so nothing waits for it; what fails now is tried at the next start. */
  onApplicationBootstrap(): void {
    this.finishing = this.keys
      .finishRotation()
      .catch((error: unknown) => this.log.warn({ error }, 'a rotation of the data key could not be finished'));
  }

  async onModuleDestroy(): Promise<void> {
    await this.finishing;
  }
}
