/** Who the agents are: look-ups, install tokens, enrolment. */
import { Module } from '@nestjs/common';
import { PeerDirectory } from '@longshore/delivery';
import { BrokerModule } from '../broker/broker.module';
import { EnrolmentController } from './enrolment.controller';
import { Enrolment } from './enrolment';
import { EnrolmentAnswers } from './enrolment-answers';
import { EnrolmentEffects } from './enrolment-effects';
import { InstallTokensController } from './install-tokens.controller';
import { TrustedPeers } from './trusted-peers';

@Module({
  imports: [BrokerModule],
  controllers: [EnrolmentController, InstallTokensController],
  providers: [
    TrustedPeers,
    { provide: PeerDirectory, useExisting: TrustedPeers },
    Enrolment,
    EnrolmentAnswers,
    EnrolmentEffects,
  ],
  exports: [TrustedPeers, PeerDirectory],
})
export class TrustModule {}
