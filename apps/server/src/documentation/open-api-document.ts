/** The OpenAPI document of all routes of both ports, made of the schemas that check them. Made when first asked for. */
import type { INestApplication } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { serverVersion } from '../config/server-version';

@Injectable()
export class OpenApiDocument {
  #app: INestApplication | null = null;
  #document: OpenAPIObject | null = null;

  describe(app: INestApplication): void {
    this.#app = app;
  }

  read(): OpenAPIObject {
    if (this.#app === null) throw new Error('the application to describe has not been named');
    this.#document ??= createOpenApiDocument(this.#app);
    return this.#document;
  }
}

export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Longshore')
    .setDescription(
      'REST API of operators (port 8443) and the HTTPS half of the agent gateway (port 7919, paths under /agent).',
    )
    .setVersion(serverVersion)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Session or API token, lst_…' })
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: "A step's own token, lss_…" }, 'stepToken')
    .addSecurity('agentKey', {
      type: 'mutualTLS',
      description: "The agent's pinned key; JMS agents add their API key as bearer.",
    } as never)
    .build();
  return SwaggerModule.createDocument(app, settings, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
}
