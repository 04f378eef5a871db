/** The way in for agents, and the proof that their HTTPS leg works. */
import { Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type EnrolAnswer,
  enrolAnswerSchema,
  type EnrolRequest,
  enrolRequestSchema,
  gatewayPaths,
} from '@longshore/protocol';
import { Agents } from '../access/audience';
import { CurrentKey } from '../access/current-user';
import type { PresentedKey } from '../access/principal';
import { Answers } from '../listeners/answers';
import { ZodBody } from '../listeners/zod-input';
import { Enrolment } from './enrolment';

@ApiTags('agent gateway')
@Controller()
export class EnrolmentController {
  constructor(private readonly enrolment: Enrolment) {}

  @Post(gatewayPaths.enrol)
  @Agents('any-key')
  @Answers(200, enrolAnswerSchema, 400, 401, 403, 409, 429)
  enrol(@ZodBody(enrolRequestSchema) request: EnrolRequest, @CurrentKey() key: PresentedKey): Promise<EnrolAnswer> {
    return this.enrolment.enrol(key, request);
  }

  /** The guard has noted the round trip. */
  @Get(gatewayPaths.ping)
  @Agents('enrolled-agents')
  @Answers(204, null, 401)
  ping(): void {}
}
