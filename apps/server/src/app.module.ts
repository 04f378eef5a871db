/** The server, put together: one module per feature and per wire (docs/architecture.md). */
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { AccessModule } from './access/access.module';
import { AgentsModule } from './agents/agents.module';
import { BrokerModule } from './broker/broker.module';
import { ServerSettings } from './config/server-settings';
import { consoleFolder } from './console/console-folder';
import { ConsoleController } from './console/console.controller';
import { ConsoleFiles } from './console/console-files';
import { DeliveryModule } from './delivery/delivery.module';
import { DocumentationController } from './documentation/documentation.controller';
import { OpenApiDocument } from './documentation/open-api-document';
import { type Foundation, FoundationModule } from './foundation.module';
import { HealthController } from './health/health.controller';
import { ServerController } from './health/server.controller';
import { KeysModule } from './keys/keys.module';
import { GatewayModule } from './listeners/gateway.module';
import { ProblemFilter } from './listeners/problem.filter';
import { LiveModule } from './live/live.module';
import { LogsModule } from './logs/logs.module';
import { RunsModule } from './runs/runs.module';
import { SecretsModule } from './secrets/secrets.module';
import { StepsModule } from './steps/steps.module';
import { TrustModule } from './trust/trust.module';

@Module({})
export class AppModule {
  static of(foundation: Foundation): DynamicModule {
    return {
      module: AppModule,
      imports: [
        FoundationModule.of(foundation),
        DiscoveryModule,
        AccessModule,
        AgentsModule,
        BrokerModule,
        DeliveryModule,
        GatewayModule,
        KeysModule,
        LiveModule,
        LogsModule,
        RunsModule,
        SecretsModule,
        StepsModule,
        TrustModule,
      ],
      controllers: [DocumentationController, HealthController, ServerController, ConsoleController],
      providers: [
        OpenApiDocument,
        { provide: APP_FILTER, useClass: ProblemFilter },
        {
          provide: ConsoleFiles,
          inject: [ServerSettings],
          useFactory: (settings: ServerSettings) => new ConsoleFiles(consoleFolder(settings)),
        },
      ],
    };
  }
}
