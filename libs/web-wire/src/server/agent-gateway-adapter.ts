/**
 * The Socket.IO adapter of the agent port: bound to that one TLS server, so that the operators' port never serves
 * agents (docs/protocol.md, Web wire). WebSocket only, no compression, frames no larger than a message, no `Origin`.
 */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Namespace, Server, type ServerOptions } from 'socket.io';
import { limits, timeouts } from '@longshore/protocol';

/** What Socket.IO puts around a message: packet type, namespace, event name. */
const framingBytes = 256;

export class AgentGatewayAdapter extends IoAdapter {
  readonly #agentServer: HttpServer | HttpsServer;
  readonly #heartbeatMs: number;

  constructor(
    app: INestApplicationContext,
    agentServer: HttpServer | HttpsServer,
    heartbeatMs: number = timeouts.heartbeatMs,
  ) {
    super(app);
    this.#agentServer = agentServer;
    this.#heartbeatMs = heartbeatMs;
  }

  override createIOServer(_port: number, options?: Partial<ServerOptions>): Server {
    return new Server(this.#agentServer as HttpServer, {
      ...options,
      transports: ['websocket'],
      allowUpgrades: false,
      serveClient: false,
      cookie: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: limits.messageBytes + framingBytes,
      pingInterval: this.#heartbeatMs,
      pingTimeout: this.#heartbeatMs,
      connectTimeout: timeouts.connectMs,
      allowRequest: (request: IncomingMessage, answer) => answer(null, request.headers.origin === undefined),
    });
  }

  /** Ends the sockets and leaves the TLS server to whoever made it. */
  override async close(server: Parameters<IoAdapter['close']>[0]): Promise<void> {
    server.disconnectSockets(true);
    // Nest hands over the gateway's namespace where there is one.
    const io = server instanceof Namespace ? server.server : server;
    io.engine.close();
  }
}
