/** What an agent of a spec keeps open: its WebSocket, and one keep-alive connection for requests. */
import { agentNamespace, gatewayPaths, messageEvent } from '@longshore/protocol';
import type { Identity } from '@longshore/pinning';
import { createPinnedDispatcher, PinnedHttpAgent } from '@longshore/tls';
import { io, type Socket } from 'socket.io-client';
import type { AServer } from './a-server';

export interface Shown {
  readonly identity: Identity;
  readonly apiKey: string;
}

export const dial = (port: number, { identity, apiKey }: Shown): Socket =>
  io(`https://127.0.0.1:${port}${agentNamespace}`, {
    transports: ['websocket'],
    reconnection: false,
    timeout: 3_000,
    extraHeaders: { authorization: `Bearer ${apiKey}` },
    agent: new PinnedHttpAgent({ isPinned: () => true, identity }) as never,
  });

export const outcomeOf = (socket: Socket): Promise<'connected' | 'refused'> =>
  new Promise((resolve) => {
    socket.on('connect', () => resolve('connected'));
    socket.on('connect_error', () => resolve('refused'));
    socket.on('disconnect', () => resolve('refused'));
    socket.io.on('close', () => resolve('refused'));
  });

export interface LiveAgent {
  /** Resolves with the reason of the last word, when the WebSocket has ended. */
  readonly ended: Promise<string | null>;
  /** Status of a ping; always over the same TLS connection. */
  ping(): Promise<number>;
  close(): Promise<void>;
}

/** Resolves when both are up. */
export async function aLiveAgent(server: AServer, shown: Shown): Promise<LiveAgent> {
  const { gatewayPort } = server.settings;
  const socket = dial(gatewayPort, shown);
  let lastReason: string | null = null;
  socket.on(messageEvent, (message: { type: string; body: { reason?: string } }) => {
    if (message.type === 'bye') lastReason = message.body.reason ?? null;
  });
  const ended = new Promise<string | null>((resolve) => socket.on('disconnect', () => resolve(lastReason)));
  const dispatcher = createPinnedDispatcher({ isPinned: () => true, identity: shown.identity, connections: 1 });
  let connections = 0;
  dispatcher.on('connect', () => (connections += 1));
  const ping = async (): Promise<number> => {
    const { statusCode, body } = await dispatcher.request({
      origin: `https://127.0.0.1:${gatewayPort}`,
      path: gatewayPaths.ping,
      method: 'GET',
      headers: { authorization: `Bearer ${shown.apiKey}` },
    });
    await body.dump();
    if (connections !== 1) throw new Error(`the ping took connection ${connections}, not the one that was open`);
    return statusCode;
  };
  if ((await outcomeOf(socket)) !== 'connected' || (await ping()) !== 204) throw new Error('the agent is not let in');
  return {
    ended,
    ping,
    close: async () => {
      socket.close();
      await dispatcher.destroy();
    },
  };
}
