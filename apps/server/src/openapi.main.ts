/** `node openapi.main.js`: prints the OpenAPI document, for docs/reference/openapi.json. Opens nothing. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import { createOpenApiDocument } from './documentation/open-api-document';
import type { Foundation } from './foundation.module';

async function main(): Promise<void> {
  // In preview mode no provider is made, so what they would be made of need not exist.
  const nothing = {} as Foundation;
  const app = await NestFactory.create(AppModule.of(nothing), new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  process.stdout.write(`${JSON.stringify(createOpenApiDocument(app), null, 2)}\n`);
}

void main();
