/** The policy for all agents: who may enrol, how they identify themselves, how old their keys may become. */
import { Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  apiPaths,
  type SecurityPolicy as Policy,
  securityPolicySchema,
  type UpdateSecurityPolicy,
  updateSecurityPolicySchema,
} from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { Answers } from '../listeners/answers';
import { ZodBody } from '../listeners/zod-input';
import { SecurityPolicy } from './security-policy';

@ApiTags('trust')
@Controller(apiPaths.securityPolicy)
@Operators()
export class SecurityPolicyController {
  constructor(private readonly policy: SecurityPolicy) {}

  @Get()
  @Answers(200, securityPolicySchema, 401)
  read(): Promise<Policy> {
    return this.policy.read();
  }

  @Patch()
  @Answers(200, securityPolicySchema, 400, 401)
  change(
    @ZodBody(updateSecurityPolicySchema) wish: UpdateSecurityPolicy,
    @CurrentUser() { user }: Operator,
  ): Promise<Policy> {
    return this.policy.change(wish, user);
  }
}
