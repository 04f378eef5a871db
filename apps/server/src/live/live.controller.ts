/**
 * `GET /api/v1/live`: server-sent events that say what changed. A client that reads slowly gets each topic once when
 * it can read again. The stream ends when its session does, when the server stops, or with the connection.
 */
import type { ServerResponse } from 'node:http';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { AccessStore } from '@longshore/persistence';
import { apiPaths, type LiveEvent, liveEventSchema } from '@longshore/rest-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Operators } from '../access/audience';
import { CurrentUser } from '../access/current-user';
import type { Operator } from '../access/principal';
import { Shutdown } from '../health/shutdown';
import { Answers } from '../listeners/answers';
import { liveKey, LiveUpdates } from './live-updates';

const heartbeatMs = 15_000;

@ApiTags('live')
@Controller(apiPaths.live)
@Operators()
export class LiveController {
  constructor(
    private readonly updates: LiveUpdates,
    private readonly access: AccessStore,
    private readonly shutdown: Shutdown,
  ) {}

  @Get()
  @ApiProduces('text/event-stream')
  @Answers(200, liveEventSchema, 401)
  stream(@CurrentUser() { tokenId }: Operator, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
    void reply.hijack();
    reply.raw.writeHead(200, headers as Record<string, string>);
    const end = (): void => void reply.raw.end();
    const stopTelling = this.updates.subscribe(eventWriter(reply.raw));
    const heartbeat = setInterval(() => {
      reply.raw.write(': still here\n\n');
      this.access.findToken(tokenId).then((proof) => proof ?? end(), end);
    }, heartbeatMs);
    this.shutdown.signal.addEventListener('abort', end, { once: true });
    request.raw.socket.setTimeout(0);
    reply.raw.once('close', () => {
      clearInterval(heartbeat);
      stopTelling();
      this.shutdown.signal.removeEventListener('abort', end);
    });
    reply.raw.write(': connected\n\n');
  }
}

/** What cannot be written now waits as one event per topic. */
function eventWriter(response: ServerResponse): (event: LiveEvent) => void {
  const waiting = new Map<string, LiveEvent>();
  const flush = (): void => {
    for (const [key, event] of waiting) {
      if (response.writableNeedDrain) return;
      waiting.delete(key);
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    }
  };
  response.on('drain', flush);
  return (event) => {
    waiting.set(liveKey(event), event);
    flush();
  };
}
