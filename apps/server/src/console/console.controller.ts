/**
 * Serves the web console: its files, and its one page for every other address that a browser opens. Addresses of the
 * API, of agents and of health are never the console's.
 */
import { createReadStream } from 'node:fs';
import { Controller, Get, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/audience';
import { RequestRefusedError } from '../listeners/request-refused-error';
import { type ConsoleFile, ConsoleFiles } from './console-files';

const notTheConsoles = /^\/+(api|agent|health)(\/|$)/i;
const year = 31_536_000;

@ApiExcludeController()
@Controller()
@Public()
export class ConsoleController {
  constructor(private readonly files: ConsoleFiles) {}

  @Get('*')
  serve(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    const file = this.#choose(addressOf(request), request.headers.accept ?? '');
    if (file === null)
      throw new RequestRefusedError(404, 'ROUTE_UNKNOWN', 'there is nothing here for this method and address');
    void reply
      .type(file.mediaType)
      .header('cache-control', file.immutable ? `public, max-age=${year}, immutable` : 'no-cache');
    return new StreamableFile(createReadStream(file.path));
  }

  #choose(address: string | null, accept: string): ConsoleFile | null {
    if (address === null || notTheConsoles.test(address)) return null;
    const file = this.files.find(address === '/' ? '/index.html' : address);
    if (file !== null) return file;
    const isPage = accept.includes('text/html') && !/\.[a-z0-9]+$/i.test(address);
    return isPage ? this.files.page : null;
  }
}

/** Null: no address that a browser of ours makes. */
function addressOf({ url }: FastifyRequest): string | null {
  try {
    return decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '');
  } catch {
    return null;
  }
}
