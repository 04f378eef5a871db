/** Takes pieces of log from agents. The body is read here, after the guard, and goes to the file as it comes. */
import { Readable } from 'node:stream';
import { Controller, Put, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiHeader, ApiTags } from '@nestjs/swagger';
import {
  type AttemptId,
  attemptIdSchema,
  gatewayPrefix,
  type LogAnswer,
  logAnswerSchema,
  type LogStream,
  logStreamSchema,
  type Problem,
} from '@longshore/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Agents } from '../access/audience';
import { requirePrincipal } from '../access/current-user';
import { Answers } from '../listeners/answers';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { ZodParam } from '../listeners/zod-input';
import { LogStore } from './log-store';
import { parseContentRange } from './parse-content-range';

@ApiTags('agent gateway')
@Controller(`${gatewayPrefix}/attempts`)
@Agents()
export class LogUploadController {
  constructor(private readonly store: LogStore) {}

  /** 409 names the length from which to go on. */
  @Put(':id/log/:stream')
  @ApiConsumes('application/octet-stream')
  @ApiHeader({ name: 'content-range', required: true })
  @Answers(200, logAnswerSchema, 400, 401, 403, 404, 409, 413, 415, 507)
  async append(
    @ZodParam('id', attemptIdSchema) attemptId: AttemptId,
    @ZodParam('stream', logStreamSchema) stream: LogStream,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LogAnswer | (LogAnswer & Problem)> {
    const { agentId } = requirePrincipal('agent', request).peer;
    const range = parseContentRange(request.headers['content-range']);
    const octets = range.length === 0 ? Readable.from([]) : octetsOf(request);
    const { verdict, length } = await this.store.append({ attemptId, stream, agentId, octets, ...range });
    if (verdict === 'appended') return { length };
    // The rest of an unwanted piece is not worth reading.
    void reply.status(409).header('connection', 'close');
    return { length, error: { code: 'LOG_OFFSET_CONFLICT', message: `the server holds ${length} bytes of this log` } };
  }
}

function octetsOf({ body }: FastifyRequest): Readable {
  if (body instanceof Readable) return body;
  throw new RequestRefusedError(415, 'MEDIA_TYPE_UNSUPPORTED', 'a log is sent as application/octet-stream');
}
