/** What steps may ask with their own token: about themselves and their run. No id is taken, so no other can be named. */
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type LiveStep, StepTokenStore } from '@longshore/persistence';
import { gatewayPaths, type StepRun, stepRunSchema, type StepSelf, stepSelfSchema } from '@longshore/protocol';
import { Steps } from '../access/audience';
import { CurrentStep } from '../access/current-user';
import type { StepPrincipal } from '../access/principal';
import { Answers } from '../listeners/answers';

@ApiTags('steps')
@Controller()
@Steps()
export class StepsController {
  constructor(private readonly store: StepTokenStore) {}

  @Get(gatewayPaths.step)
  @Answers(200, stepSelfSchema, 401)
  self(@CurrentStep() { step }: StepPrincipal): StepSelf {
    return selfOf(step);
  }

  @Get(gatewayPaths.stepRun)
  @Answers(200, stepRunSchema, 401)
  async run(@CurrentStep() { step: { run } }: StepPrincipal): Promise<StepRun> {
    const { id, process, state } = run;
    return { id, process, state, items: await this.store.items(run.id) };
  }
}

/** Not with the hash of its token. */
function selfOf({ attemptId, attemptNumber, agentId, step, run }: LiveStep): StepSelf {
  return { attemptId, attemptNumber, agentId, step, run };
}
