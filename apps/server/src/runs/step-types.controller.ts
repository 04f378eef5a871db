/** The step types that processes can use, and what they take. */
import { Controller, Get } from '@nestjs/common';
import { apiPrefix, type StepType, stepTypeListSchema } from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { Answers } from '../listeners/answers';
import { stepTypes } from '../plug-ins/step-types';

@Operators()
@Controller(`${apiPrefix}/step-types`)
export class StepTypesController {
  @Get()
  @Answers(200, stepTypeListSchema)
  list(): { stepTypes: readonly StepType[] } {
    return { stepTypes };
  }
}
