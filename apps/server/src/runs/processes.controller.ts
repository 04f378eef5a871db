/** Processes over REST; saving under a known name makes its next version. */
import { Controller, Get, Post } from '@nestjs/common';
import { AuditStore, ProcessStore } from '@longshore/persistence';
import {
  apiPrefix,
  type Process,
  type ProcessDefinition,
  processDefinitionSchema,
  type ProcessList,
  processListSchema,
  processSchema,
} from '@longshore/rest-contract';
import { z } from 'zod';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { Answers } from '../listeners/answers';
import { unknownThing } from '../listeners/request-refused-error';
import { ZodBody, ZodParam } from '../listeners/zod-input';
import { checkSteps } from '../plug-ins/step-types';
import { ProcessSaving } from './process-saving';

const nameSchema = z.string().min(1).max(100);

@Operators()
@Controller(`${apiPrefix}/processes`)
export class ProcessesController {
  constructor(
    private readonly saving: ProcessSaving,
    private readonly processes: ProcessStore,
    private readonly audit: AuditStore,
  ) {}

  @Post()
  @Answers(201, processSchema, 400)
  async save(
    @ZodBody(processDefinitionSchema) definition: ProcessDefinition,
    @CurrentUser() { user }: Operator,
  ): Promise<Process> {
    checkSteps(definition);
    const saved = await this.saving.save(definition);
    const details = { version: saved.version };
    await this.audit.record({ actor: `operator:${user}`, action: 'process.saved', target: saved.name, details });
    return saved;
  }

  @Get()
  @Answers(200, processListSchema)
  async list(): Promise<ProcessList> {
    return { processes: await this.processes.list() };
  }

  @Get(':name')
  @Answers(200, processSchema, 404)
  async get(@ZodParam('name', nameSchema) name: string): Promise<Process> {
    const process = await this.processes.find(name);
    if (process === null) throw unknownThing('process', name);
    return process;
  }
}
