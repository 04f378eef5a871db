/** The Nest application with its two listeners and both wires, not yet listening. */
import type { Server } from 'node:https';
import { DiscoveryService, MetadataScanner, NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AgentId } from '@longshore/protocol';
import { AgentGatewayAdapter, CommandStreams, WebServerChannel } from '@longshore/web-wire';
import type { FastifyInstance } from 'fastify';
import { checkRouteMarks, type MarkedRoute } from './access/route-marks';
import { AppModule } from './app.module';
import { openJmsChannel } from './broker/open-jms-channel';
import { NestLog } from './config/nest-log';
import { ServerChannels } from './delivery/server-channels';
import { OpenApiDocument } from './documentation/open-api-document';
import type { Foundation } from './foundation.module';
import { Shutdown } from './health/shutdown';
import { logRequests } from './listeners/log-requests';
import { createListeners } from './listeners/two-listeners';

export interface Application {
  readonly nest: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  readonly agentServer: Server;
  readonly shutdown: Shutdown;
  readonly routes: readonly MarkedRoute[];
  /** Takes no new connection; resolves when the last one has ended. */
  stopAccepting(): Promise<void>;
  /** Says to these agents that the server stops, and ends their streams. */
  farewell(agentIds: readonly AgentId[]): Promise<void>;
  /** Ends connections that are still open, whatever they do. */
  cutOff(): void;
  close(): Promise<void>;
}

export async function createApplication(foundation: Foundation): Promise<Application> {
  const { adapter, fastify, agentServer, chainDoor } = createListeners(foundation);
  logRequests(fastify, foundation.log);
  const nest = await NestFactory.create<NestFastifyApplication>(AppModule.of(foundation), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLog(foundation.log),
  });
  nest.useWebSocketAdapter(new AgentGatewayAdapter(nest, agentServer, foundation.settings.heartbeatMs));
  nest.get(ServerChannels).register(nest.get(WebServerChannel, { strict: false }));
  nest.get(OpenApiDocument).describe(nest);
  const routes = checkRouteMarks(nest.get(DiscoveryService), new MetadataScanner(), nest.get(Reflector));
  await nest.init();
  const jms = openJmsChannel(nest);
  const servers: readonly Server[] = [agentServer, fastify.server as Server];
  return {
    nest,
    fastify,
    agentServer,
    routes,
    shutdown: nest.get(Shutdown),
    farewell: async (agentIds) => {
      const web = nest.get(WebServerChannel, { strict: false });
      await Promise.allSettled(agentIds.map((agentId) => web.disconnect(agentId, 'shutting-down')));
      nest.get(CommandStreams, { strict: false }).closeAll();
    },
    stopAccepting: async () => {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
    cutOff: () => {
      servers.forEach((server) => server.closeAllConnections());
      chainDoor.cutOff();
    },
    close: async () => {
      await jms?.stop();
      await nest.close();
    },
  };
}
