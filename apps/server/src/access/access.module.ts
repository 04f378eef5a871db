/** Who may do what: operators' sign-in and tokens, and the one guard before every route. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AgentsModule } from '../agents/agents.module';
import { AgentProof } from '../trust/agent-proof';
import { StepsModule } from '../steps/steps.module';
import { TrustModule } from '../trust/trust.module';
import { AccessGuard } from './access.guard';
import { ApiTokensController } from './api-tokens.controller';
import { OperatorAccess } from './operator-access';
import { OperatorProof } from './operator-proof';
import { SessionController } from './session.controller';
import { SessionCookie } from './session-cookie';
import { SignInLimit } from './sign-in-limit';

@Module({
  imports: [AgentsModule, StepsModule, TrustModule],
  controllers: [ApiTokensController, SessionController],
  providers: [
    AgentProof,
    OperatorAccess,
    OperatorProof,
    SessionCookie,
    { provide: SignInLimit, useFactory: () => new SignInLimit() },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
})
export class AccessModule {}
