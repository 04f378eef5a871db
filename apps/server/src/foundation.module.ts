/**
 * What every module may ask for: settings, log, database with its stores, the server's identity, the way to tell the
 * consoles, and the sign that the server stops. All of it is made before the application and handed in.
 */
import { type DynamicModule, Global, Module, type Provider, type Type } from '@nestjs/common';
import {
  AccessStore,
  AgentListStore,
  AgentTrustStore,
  AuditStore,
  Database,
  IdentityDueStore,
  InstallTokenStore,
  LogIndexStore,
  PresenceStore,
  RefusalStore,
  SecurityPolicyStore,
} from '@longshore/persistence';
import { ServerLog } from './config/server-log';
import { ServerSettings } from './config/server-settings';
import { ServerRecordToken } from './delivery/server-record-token';
import { WelcomeContent } from './delivery/welcome-content';
import { Shutdown } from './health/shutdown';
import { LiveUpdates } from './live/live-updates';
import { ServerIdentity } from './trust/server-identity';
import { ServerWelcomeContent } from './trust/server-welcome-content';

export interface Foundation {
  readonly settings: ServerSettings;
  readonly log: ServerLog;
  readonly database: Database;
  readonly server: ServerIdentity;
}

const stores: Type<unknown>[] = [
  AccessStore,
  AgentListStore,
  AgentTrustStore,
  AuditStore,
  IdentityDueStore,
  InstallTokenStore,
  LogIndexStore,
  PresenceStore,
  RefusalStore,
  SecurityPolicyStore,
];

@Global()
@Module({})
export class FoundationModule {
  static of({ settings, log, database, server }: Foundation): DynamicModule {
    const providers: Provider[] = [
      { provide: ServerSettings, useValue: settings },
      { provide: ServerLog, useValue: log },
      { provide: Database, useValue: database },
      { provide: ServerIdentity, useValue: server },
      { provide: ServerRecordToken, useValue: server },
      { provide: WelcomeContent, useClass: ServerWelcomeContent },
      ...stores.map((store) => ({ provide: store, useFactory: () => new store(database) })),
      LiveUpdates,
      Shutdown,
    ];
    return { module: FoundationModule, providers, exports: providers };
  }
}
