/**
 * Delivery as a Nest module. It needs from elsewhere, as global providers: `Database`, `ServerRecordToken` (the
 * server's record), `ServerSettings`, `ServerLog` and a `WelcomeContent`. Wires register themselves with `ServerChannels`.
 */
import { CommandSource, GatewayIntake } from '@longshore/delivery';
import { Database, RunStore, type ServerRecord } from '@longshore/persistence';
import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ServerLog } from '../config/server-log';
import { ServerSettings } from '../config/server-settings';
import { StepSecrets } from '../secrets/step-secrets';
import { AgentSessions } from './agent-sessions';
import { CommandDispatcher } from './command-dispatcher';
import { composeDelivery, type DeliveryParts } from './compose-delivery';
import { ServerChannels } from './server-channels';
import { ServerRecordToken } from './server-record-token';
import { WakeupLink } from './wakeup-link';
import { Wakeups } from './wakeups';
import { WelcomeContent } from './welcome-content';

const partsToken = Symbol('delivery parts');

const part = <Name extends keyof DeliveryParts>(provide: unknown, name: Name) => ({
  provide: provide as symbol,
  inject: [partsToken],
  useFactory: (parts: DeliveryParts) => parts[name],
});

@Module({
  providers: [
    {
      provide: partsToken,
      inject: [Database, ServerRecordToken, WelcomeContent, StepSecrets, ServerLog],
      useFactory: (
        ...[database, server, welcome, secrets, log]: [Database, ServerRecord, WelcomeContent, StepSecrets, ServerLog]
      ) => composeDelivery({ database, server, welcome, secrets, log: (line, error) => log.warn({ error }, line) }),
    },
    part(GatewayIntake, 'intake'),
    part(CommandSource, 'commands'),
    part(ServerChannels, 'channels'),
    part(Wakeups, 'wakeups'),
    part(AgentSessions, 'sessions'),
    part(CommandDispatcher, 'dispatcher'),
    { provide: RunStore, inject: [Database], useFactory: (database: Database) => new RunStore(database) },
    {
      provide: WakeupLink,
      inject: [Database, ServerSettings, Wakeups, ServerLog],
      useFactory: (database: Database, settings: ServerSettings, wakeups: Wakeups, log: ServerLog) =>
        new WakeupLink({ database, url: settings.databaseUrl, wakeups, log: (line) => log.warn({}, line) }),
    },
  ],
  exports: [GatewayIntake, CommandSource, ServerChannels, Wakeups, AgentSessions, CommandDispatcher, RunStore],
})
export class DeliveryModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(partsToken) private readonly parts: DeliveryParts,
    private readonly link: WakeupLink,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.link.start();
    this.parts.upkeep.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.parts.upkeep.stop();
    await this.parts.dispatcher.stop();
    await this.parts.statuses.flush();
    await this.link.stop();
  }
}
