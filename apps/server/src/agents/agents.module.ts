/** Agents as operators see and steer them, and when their HTTPS leg was last heard of. */
import { Module } from '@nestjs/common';
import { BrokerModule } from '../broker/broker.module';
import { DeliveryModule } from '../delivery/delivery.module';
import { TrustModule } from '../trust/trust.module';
import { AgentAdministration } from './agent-administration';
import { AgentChanges } from './agent-changes';
import { AgentsController } from './agents.controller';
import { Presence } from './presence';

@Module({
  imports: [BrokerModule, DeliveryModule, TrustModule],
  controllers: [AgentsController],
  providers: [AgentAdministration, AgentChanges, Presence],
  exports: [Presence],
})
export class AgentsModule {}
