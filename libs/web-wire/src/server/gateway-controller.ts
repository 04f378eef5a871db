/**
 * The HTTPS half that both agent types use to fetch commands and to post events (docs/protocol.md, Web wire). Routes of
 * enrolment, logs and files are elsewhere.
 *
 * The server derives its controller from this one: it puts its own mark for agents' routes on it and says how its
 * guard has left the proven peer with a request.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Body, Get, HttpCode, Injectable, Post, Query, Req, Res } from '@nestjs/common';
import { GatewayIntake, type Peer, PeerDirectory } from '@longshore/delivery';
import {
  commandsQuerySchema,
  type EventsAnswer,
  eventsRequestSchema,
  gatewayPaths,
  parseWith,
} from '@longshore/protocol';
import { CommandStreams } from './command-streams';
import { GatewaySettings } from './gateway-settings';
import { PeerCheck } from './peer-check';
import { receiveEvents } from './receive-events';

/** Injectable, so that a derived controller inherits what its constructor is given. */
@Injectable()
export abstract class GatewayController {
  constructor(
    protected readonly settings: GatewaySettings,
    protected readonly streams: CommandStreams,
    protected readonly intake: GatewayIntake,
    protected readonly directory: PeerDirectory,
  ) {}

  /** The peer that was proved for this request; throws where none was. */
  protected abstract peerOf(request: FastifyRequest): Peer;

  @Get(gatewayPaths.commands)
  commands(@Req() request: FastifyRequest, @Query() query: unknown, @Res() reply: FastifyReply): void {
    const { agentId } = this.peerOf(request);
    const check = new PeerCheck(request.raw, this.directory, 'https');
    const stillGood = async (): Promise<boolean> => (await check.ask())?.agentId === agentId;
    const stream = this.streams.open(agentId, parseWith(commandsQuerySchema, query), stillGood);
    void reply.header('content-type', 'application/x-ndjson').header('cache-control', 'no-store').send(stream.body);
  }

  @Post(gatewayPaths.events)
  @HttpCode(200)
  async events(@Req() request: FastifyRequest, @Body() body: unknown): Promise<EventsAnswer> {
    const peer = this.peerOf(request);
    return receiveEvents(
      { peer, serverId: this.settings.serverId, request: parseWith(eventsRequestSchema, body) },
      this.intake,
    );
  }
}
