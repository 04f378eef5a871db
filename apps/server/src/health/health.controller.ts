/**
 * Is the process alive, and can it serve? Alive is answered by answering. Ready needs the database; the broker's
 * state is told but fails nothing, for web agents are served without one (docs/operations.md, Health).
 */
import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Database } from '@longshore/persistence';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public } from '../access/audience';
import { BrokerAccess } from '../broker/broker-access';
import { Answers } from '../listeners/answers';
import { Shutdown } from './shutdown';

const liveSchema = z.object({ status: z.literal('live') });
const readySchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  database: z.enum(['answering', 'silent']),
  broker: z.enum(['connected', 'unreachable', 'not-configured']),
  stopping: z.boolean(),
});
type Ready = z.infer<typeof readySchema>;

const patienceMs = 2_000;

@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly broker: BrokerAccess,
    private readonly shutdown: Shutdown,
  ) {}

  @Get('live')
  @Answers(200, liveSchema)
  live(): z.infer<typeof liveSchema> {
    return { status: 'live' };
  }

  /** 503 while not ready, with the same body. */
  @Get('ready')
  @Answers(200, readySchema)
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Ready> {
    const database = (await this.#isAnswering()) ? 'answering' : 'silent';
    const stopping = this.shutdown.signal.aborted;
    const status = database === 'answering' && !stopping ? 'ready' : 'not-ready';
    void reply.status(status === 'ready' ? 200 : 503);
    return { status, database, broker: this.broker.state.state, stopping };
  }

  async #isAnswering(): Promise<boolean> {
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, patienceMs, false).unref());
    const answer = this.database.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return Promise.race([answer, late]);
  }
}
