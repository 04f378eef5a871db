/** Answers every error of every route in the one form (`problem-of.ts`), and logs what is ours to look at. */
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerLog } from '../config/server-log';
import { problemOf } from './problem-of';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: ServerLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body, retryAfterMs, incidentId } = problemOf(error);
    if (incidentId !== undefined) {
      this.log.error(
        { incidentId, method: request.method, route: request.routeOptions?.url, error },
        'a request failed',
      );
    }
    // A streamed answer that has begun can only be cut off.
    if (reply.raw.headersSent) return void reply.raw.destroy();
    if (reply.sent) return;
    if (retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    // What is left of an unread body is not worth reading: without this a refused upload would hold the connection.
    if (status === 413) void reply.header('connection', 'close');
    void reply.status(status).type('application/json; charset=utf-8').send(body);
  }
}
