/** What was refused, and who did what: newest first, page by page. */
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AuditRecord, AuditStore, type RefusalRecord, RefusalStore } from '@longshore/persistence';
import {
  apiPaths,
  type AuditEntry,
  auditListSchema,
  type HistoryQuery,
  historyQuerySchema,
  type SecurityEvent,
  securityEventListSchema,
} from '@longshore/rest-contract';
import { Operators } from '../access/audience';
import { Answers } from '../listeners/answers';
import { ZodQuery } from '../listeners/zod-input';

@ApiTags('trust')
@Controller()
@Operators()
export class HistoryController {
  constructor(
    private readonly refusals: RefusalStore,
    private readonly trail: AuditStore,
  ) {}

  @Get(apiPaths.securityEvents)
  @Answers(200, securityEventListSchema, 400, 401)
  async events(@ZodQuery(historyQuerySchema) query: HistoryQuery): Promise<{ events: SecurityEvent[] }> {
    return { events: (await this.refusals.list(pageOf(query))).map(withTime) };
  }

  @Get(apiPaths.audit)
  @Answers(200, auditListSchema, 400, 401)
  async audit(@ZodQuery(historyQuerySchema) query: HistoryQuery): Promise<{ entries: AuditEntry[] }> {
    return { entries: (await this.trail.list(pageOf(query))).map(withTime) };
  }
}

const pageOf = ({ agent, before, limit }: HistoryQuery) => ({ agentId: agent, before, limit });

function withTime<Entry extends AuditRecord | RefusalRecord>({
  at,
  ...entry
}: Entry): Omit<Entry, 'at'> & { at: string } {
  return { ...entry, at: at.toISOString() };
}
