/** What agents ask about identities, their own and the server's, over the gateway. */
import { finished } from 'node:stream';
import { Controller, Get, Headers, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  gatewayPaths,
  type MoveIdentity,
  type MoveIdentityAnswer,
  moveIdentityAnswerSchema,
  moveIdentitySchema,
  type RePinAnswer,
  rePinAnswerSchema,
  type RePinRequest,
  rePinRequestSchema,
  type TrustAnswer,
  trustAnswerSchema,
} from '@longshore/protocol';
import type { FastifyReply } from 'fastify';
import { Agents } from '../access/audience';
import { CurrentAgent, CurrentKey } from '../access/current-user';
import type { EnrolledAgent, PresentedKey } from '../access/principal';
import { Answers } from '../listeners/answers';
import { ZodBody } from '../listeners/zod-input';
import { AgentConnections } from './agent-connections';
import { EnrolmentAnswers } from './enrolment-answers';
import { IdentityMoves } from './identity-moves';
import { RePinning } from './re-pinning';

@ApiTags('agent gateway')
@Controller()
export class AgentIdentityController {
  constructor(
    private readonly rePinning: RePinning,
    private readonly moves: IdentityMoves,
    private readonly answers: EnrolmentAnswers,
    private readonly connections: AgentConnections,
  ) {}

  @Post(gatewayPaths.rePin)
  @Agents('any-key')
  @Answers(200, rePinAnswerSchema, 400, 401, 403, 409)
  rePin(
    @ZodBody(rePinRequestSchema) request: RePinRequest,
    @CurrentKey() key: PresentedKey,
    @Headers('authorization') authorization: string | undefined,
  ): Promise<RePinAnswer> {
    return this.rePinning.byApiKey(key, request, authorization);
  }

  @Post(gatewayPaths.identity)
  @Agents('enrolled-agents')
  @Answers(200, moveIdentityAnswerSchema, 400, 401, 403, 409)
  async move(
    @ZodBody(moveIdentitySchema) request: MoveIdentity,
    @CurrentAgent() { peer }: EnrolledAgent,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MoveIdentityAnswer> {
    const agent = await this.moves.move(peer, request);
    this.connections.changed(agent.agentId);
    // The connections of the key before end when the agent has its answer, or has gone without it.
    finished(reply.raw, () => void this.connections.endFormer(agent));
    return this.answers.moved(agent);
  }

  @Get(gatewayPaths.trust)
  @Agents('enrolled-agents')
  @Answers(200, trustAnswerSchema, 401)
  trust(@CurrentAgent() { peer }: EnrolledAgent): Promise<TrustAnswer> {
    return this.answers.trust(peer.agentId, peer.wire);
  }
}
