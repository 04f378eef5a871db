/** Gives logs to operators: raw bytes from any offset, held back until there are some when asked to wait. */
import { Controller, Get, Res, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { LogIndexStore, type LogRecord } from '@longshore/persistence';
import { type AttemptId, attemptIdSchema, type LogStream, logStreamSchema } from '@longshore/protocol';
import { apiPrefix, logCompleteHeader, logLengthHeader, type LogQuery, logQuerySchema } from '@longshore/rest-contract';
import type { FastifyReply } from 'fastify';
import { Operators } from '../access/audience';
import { Shutdown } from '../health/shutdown';
import { Answers } from '../listeners/answers';
import { RequestRefusedError, unknownThing } from '../listeners/request-refused-error';
import { ZodParam, ZodQuery } from '../listeners/zod-input';
import { LogFiles, type LogName } from './log-files';
import { LogSignals } from './log-signals';
import { isLogComplete } from './log-store';

/** Appends through another process, and the end of an attempt, send no signal here: the waiter looks again. */
const lookAgainMs = 250;

@ApiTags('runs')
@Controller(`${apiPrefix}/attempts`)
@Operators()
export class LogsController {
  constructor(
    private readonly index: LogIndexStore,
    private readonly files: LogFiles,
    private readonly signals: LogSignals,
    private readonly shutdown: Shutdown,
  ) {}

  @Get(':id/log/:stream')
  @ApiProduces('application/octet-stream')
  @Answers(200, null, 400, 401, 404, 416)
  async read(
    @ZodParam('id', attemptIdSchema) attemptId: AttemptId,
    @ZodParam('stream', logStreamSchema) stream: LogStream,
    @ZodQuery(logQuerySchema) { offset, limit, waitMs }: LogQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const name = { attemptId, stream };
    const record = await this.#waitFor(name, { offset, waitMs, connection: closing(reply) });
    void reply.header(logLengthHeader, record.length).header(logCompleteHeader, String(isLogComplete(record)));
    void reply.type('application/octet-stream');
    if (offset > record.length) {
      throw new RequestRefusedError(
        416,
        'LOG_OFFSET_BEYOND_END',
        `the server holds ${record.length} bytes of this log`,
        { field: 'offset' },
      );
    }
    const length = Math.min(limit, record.length - offset);
    if (length === 0) return new StreamableFile(Buffer.alloc(0));
    return new StreamableFile(this.files.read(name, offset, length), { length });
  }

  async #waitFor(name: LogName, wait: { offset: number; waitMs: number; connection: AbortSignal }): Promise<LogRecord> {
    const giveUpAt = performance.now() + wait.waitMs;
    const stop = AbortSignal.any([wait.connection, this.shutdown.signal]);
    for (;;) {
      const record = await this.index.find(name.attemptId, name.stream);
      if (record === null) throw unknownThing('attempt', name.attemptId);
      const leftMs = giveUpAt - performance.now();
      if (record.length > wait.offset || isLogComplete(record) || leftMs <= 0 || stop.aborted) return record;
      await this.signals.next(name, Math.ceil(Math.min(leftMs, lookAgainMs)), stop);
    }
  }
}

function closing({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => controller.abort());
  return controller.signal;
}
