/** Who the agents are: look-ups, install tokens, enrolment, and how their keys change. */
import { Module } from '@nestjs/common';
import { PeerDirectory } from '@longshore/delivery';
import { BrokerModule } from '../broker/broker.module';
import { DeliveryModule } from '../delivery/delivery.module';
import { AgentConnections } from './agent-connections';
import { AgentIdentityController } from './agent-identity.controller';
import { EnrolmentController } from './enrolment.controller';
import { Enrolment } from './enrolment';
import { EnrolmentAnswers } from './enrolment-answers';
import { EnrolmentPermits } from './enrolment-permits';
import { EnrolmentRecords } from './enrolment-records';
import { IdentityMoves } from './identity-moves';
import { IdentityUpkeep } from './identity-upkeep';
import { InstallTokensController } from './install-tokens.controller';
import { HistoryController } from './history.controller';
import { RePinning } from './re-pinning';
import { SecurityEvents } from './security-events';
import { SecurityPolicy } from './security-policy';
import { SecurityPolicyController } from './security-policy.controller';
import { TrustNotices } from './trust-notices';
import { TrustedPeers } from './trusted-peers';

@Module({
  imports: [BrokerModule, DeliveryModule],
  controllers: [
    AgentIdentityController,
    EnrolmentController,
    HistoryController,
    InstallTokensController,
    SecurityPolicyController,
  ],
  providers: [
    TrustedPeers,
    { provide: PeerDirectory, useExisting: TrustedPeers },
    AgentConnections,
    Enrolment,
    EnrolmentAnswers,
    EnrolmentPermits,
    EnrolmentRecords,
    IdentityMoves,
    IdentityUpkeep,
    RePinning,
    SecurityEvents,
    SecurityPolicy,
    TrustNotices,
  ],
  exports: [AgentConnections, PeerDirectory, SecurityEvents, TrustedPeers],
})
export class TrustModule {}
