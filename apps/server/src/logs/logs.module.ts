/** Logs of attempts: taken from agents, given to operators. */
import { Module } from '@nestjs/common';
import { ServerSettings } from '../config/server-settings';
import { LogFiles } from './log-files';
import { LogSignals } from './log-signals';
import { LogStore } from './log-store';
import { LogUploadController } from './log-upload.controller';
import { LogsController } from './logs.controller';

@Module({
  controllers: [LogUploadController, LogsController],
  providers: [
    LogSignals,
    LogStore,
    {
      provide: LogFiles,
      inject: [ServerSettings],
      useFactory: ({ dataFolder }: ServerSettings) => new LogFiles(dataFolder),
    },
  ],
})
export class LogsModule {}
