/** Agents as operators see and steer them, and when their HTTPS leg was last heard of. */
import { Module } from '@nestjs/common';
import { BrokerModule } from '../broker/broker.module';
import { DeliveryModule } from '../delivery/delivery.module';
import { TrustModule } from '../trust/trust.module';
import { AgentAdministration } from './agent-administration';
import { AgentSecurity } from './agent-security';
import { AgentSecurityController } from './agent-security.controller';
import { AgentViews } from './agent-views';
import { AgentsController } from './agents.controller';
import { OperatorDeeds } from './operator-deeds';
import { Presence } from './presence';

@Module({
  imports: [BrokerModule, DeliveryModule, TrustModule],
  controllers: [AgentsController, AgentSecurityController],
  providers: [AgentAdministration, AgentSecurity, AgentViews, OperatorDeeds, Presence],
  exports: [Presence],
})
export class AgentsModule {}
