/** The narrow way of steps back to the server. */
import { Module } from '@nestjs/common';
import { Database, StepTokenStore } from '@longshore/persistence';
import { StepProof } from './step-proof';
import { StepsController } from './steps.controller';

@Module({
  controllers: [StepsController],
  providers: [
    { provide: StepTokenStore, inject: [Database], useFactory: (database: Database) => new StepTokenStore(database) },
    StepProof,
  ],
  exports: [StepProof],
})
export class StepsModule {}
