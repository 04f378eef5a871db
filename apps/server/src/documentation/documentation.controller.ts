/**
 * The API's description as OpenAPI 3.1 and as a page to read and try it. The page's files come from this server, and
 * it obeys the same content security policy as the console.
 */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/audience';
import { unknownThing } from '../listeners/request-refused-error';
import { OpenApiDocument } from './open-api-document';
import { documentationPage, documentationScript } from './documentation-page';

const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

@ApiExcludeController()
@Controller('api')
@Public()
export class DocumentationController {
  constructor(private readonly document: OpenApiDocument) {}

  @Get('openapi.json')
  openApi(): OpenAPIObject {
    return this.document.read();
  }

  @Get('docs')
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('text/html; charset=utf-8');
    return documentationPage;
  }

  @Get('docs/start.js')
  script(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('text/javascript; charset=utf-8');
    return documentationScript;
  }

  @Get('docs/:file')
  file(@Param('file') name: string, @Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    const mediaType = Object.hasOwn(files, name) ? files[name] : undefined;
    if (mediaType === undefined) throw unknownThing('file', name);
    void reply.type(mediaType);
    return new StreamableFile(createReadStream(join(filesFolder(), name)));
  }
}

/** The package is found at run time: its files are served as they are and are no part of the bundle. */
function filesFolder(): string {
  return dirname(createRequire(__filename).resolve('swagger-ui-dist/package.json'));
}
