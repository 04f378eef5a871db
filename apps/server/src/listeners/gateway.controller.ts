/** The web wire's HTTPS half, under the server's marks: commands to agents, events from them. */
import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { GatewayIntake, type Peer, PeerDirectory } from '@longshore/delivery';
import { type EventsAnswer, eventsAnswerSchema, eventsRequestSchema, gatewayPaths } from '@longshore/protocol';
import { CommandStreams, GatewayController as WireController, GatewaySettings } from '@longshore/web-wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Agents } from '../access/audience';
import { requirePrincipal } from '../access/current-user';
import { Answers } from './answers';
import { openApiSchema } from './open-api-schema';

@ApiTags('agent gateway')
@Controller()
@Agents()
export class GatewayController extends WireController {
  constructor(settings: GatewaySettings, streams: CommandStreams, intake: GatewayIntake, directory: PeerDirectory) {
    super(settings, streams, intake, directory);
  }

  @Get(gatewayPaths.commands)
  @ApiQuery({ name: 'after', schema: { type: 'integer', minimum: 0 } })
  @ApiQuery({ name: 'epoch', schema: { type: 'integer', minimum: 1 } })
  @ApiProduces('application/x-ndjson')
  @Answers(200, null, 400, 401, 403, 409)
  override commands(@Req() request: FastifyRequest, @Query() query: unknown, @Res() reply: FastifyReply): void {
    super.commands(request, query, reply);
  }

  @Post(gatewayPaths.events)
  @ApiBody({ schema: openApiSchema(eventsRequestSchema, 'input') })
  @Answers(200, eventsAnswerSchema, 400, 401, 403, 413)
  override events(@Req() request: FastifyRequest, @Body() body: unknown): Promise<EventsAnswer> {
    return super.events(request, body);
  }

  protected override peerOf(request: FastifyRequest): Peer {
    return requirePrincipal('agent', request).peer;
  }
}
