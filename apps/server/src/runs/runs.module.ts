/** Processes, runs and the engine that moves them. */
import { Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, ProcessStore, RunReads, RunStore, StoredSecretStore } from '@longshore/persistence';
import { ServerLog } from '../config/server-log';
import { DeliveryModule } from '../delivery/delivery.module';
import { Wakeups } from '../delivery/wakeups';
import { ProcessSaving } from './process-saving';
import { ProcessesController } from './processes.controller';
import { RunEngine } from './run-engine';
import { RunStart } from './run-start';
import { RunsController } from './runs.controller';
import { StepTypesController } from './step-types.controller';

@Module({
  imports: [DeliveryModule],
  controllers: [ProcessesController, RunsController, StepTypesController],
  providers: [
    { provide: ProcessStore, inject: [Database], useFactory: (database: Database) => new ProcessStore(database) },
    { provide: RunReads, inject: [Database], useFactory: (database: Database) => new RunReads(database) },
    {
      provide: RunEngine,
      inject: [Database, RunStore, Wakeups, ServerLog],
      useFactory: (database: Database, runs: RunStore, wakeups: Wakeups, log: ServerLog) =>
        new RunEngine({ database, runs, wakeups, log: (line, error) => log.error({ error }, line) }),
    },
    {
      provide: RunStart,
      inject: [Database, ProcessStore, RunStore, StoredSecretStore, RunEngine, Wakeups],
      useFactory: (
        ...[database, processes, runs, secrets, engine, wakeups]: [
          Database,
          ProcessStore,
          RunStore,
          StoredSecretStore,
          RunEngine,
          Wakeups,
        ]
      ) => new RunStart({ database, processes, runs, secrets, engine, wakeups }),
    },
    ProcessSaving,
  ],
  exports: [RunEngine],
})
export class RunsModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(RunEngine) private readonly engine: RunEngine) {}

  /** Runs outlive the server: whatever ended while none was there is carried on now. */
  async onApplicationBootstrap(): Promise<void> {
    await this.engine.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.engine.stop();
  }
}
