/** Runs over REST: start one, follow it, cancel it. */
import { Controller, Get, Post } from '@nestjs/common';
import { AuditStore, RunReads } from '@longshore/persistence';
import { type RunId, runIdSchema } from '@longshore/protocol';
import {
  apiPrefix,
  createRunSchema,
  type CreateRun,
  type Run,
  type RunList,
  runListQuerySchema,
  runListSchema,
  type RunListQuery,
  runSchema,
} from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { Answers } from '../listeners/answers';
import { RequestRefusedError, unknownThing } from '../listeners/request-refused-error';
import { ZodBody, ZodParam, ZodQuery } from '../listeners/zod-input';
import { RunEngine } from './run-engine';
import { RunStart } from './run-start';

@Operators()
@Controller(`${apiPrefix}/runs`)
export class RunsController {
  constructor(
    private readonly reads: RunReads,
    private readonly runStart: RunStart,
    private readonly engine: RunEngine,
    private readonly audit: AuditStore,
  ) {}

  @Post()
  @Answers(201, runSchema, 400)
  async start(@ZodBody(createRunSchema) wish: CreateRun, @CurrentUser() { user }: Operator): Promise<Run> {
    const runId = await this.runStart.start(wish, user);
    const details = { process: wish.process, agents: wish.agents };
    await this.audit.record({ actor: `operator:${user}`, action: 'run.started', target: runId, details });
    return this.read(runId);
  }

  @Get()
  @Answers(200, runListSchema, 400)
  async list(@ZodQuery(runListQuerySchema) { limit, before }: RunListQuery): Promise<RunList> {
    return { runs: await this.reads.list(limit, before ?? null) };
  }

  @Get(':id')
  @Answers(200, runSchema, 404)
  get(@ZodParam('id', runIdSchema) runId: RunId): Promise<Run> {
    return this.read(runId);
  }

  @Post(':id/cancel')
  @Answers(200, runSchema, 404, 409)
  async cancel(@ZodParam('id', runIdSchema) runId: RunId, @CurrentUser() { user }: Operator): Promise<Run> {
    const before = await this.read(runId);
    if (!(await this.engine.cancel(runId, `the run was cancelled by ${user}`))) {
      throw new RequestRefusedError(409, 'RUN_ENDED', `the run has ended: ${before.state}`);
    }
    await this.audit.record({ actor: `operator:${user}`, action: 'run.cancelled', target: runId });
    return this.read(runId);
  }

  private async read(runId: RunId): Promise<Run> {
    const run = await this.reads.find(runId);
    if (run === null) throw unknownThing('run', runId);
    return run;
  }
}
