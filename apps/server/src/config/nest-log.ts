/** What the framework has to say goes into the server's log; its chatter about modules and routes only at debug. */
import type { LoggerService } from '@nestjs/common';
import type { ServerLog } from './server-log';

export class NestLog implements LoggerService {
  constructor(private readonly server: ServerLog) {}

  log(message: unknown, context?: unknown): void {
    this.server.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.server.warn({ context }, String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    this.server.error({ error: message instanceof Error ? message : details[0] }, String(message));
  }
}
