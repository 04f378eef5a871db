/** The web wire's server half: WebSocket gateway, command streams, and their REST half. */
import { Module } from '@nestjs/common';
import { AgentGateway, AgentSockets, CommandStreams, GatewaySettings, WebServerChannel } from '@longshore/web-wire';
import { ServerSettings } from '../config/server-settings';
import { DeliveryModule } from '../delivery/delivery.module';
import { ServerIdentity } from '../trust/server-identity';
import { TrustModule } from '../trust/trust.module';
import { GatewayController } from './gateway.controller';

@Module({
  imports: [DeliveryModule, TrustModule],
  controllers: [GatewayController],
  providers: [
    AgentGateway,
    AgentSockets,
    CommandStreams,
    WebServerChannel,
    {
      provide: GatewaySettings,
      inject: [ServerIdentity, ServerSettings],
      useFactory: ({ serverId }: ServerIdentity, { heartbeatMs }: ServerSettings) =>
        new GatewaySettings(serverId, heartbeatMs),
    },
  ],
})
export class GatewayModule {}
