/**
 * The agent's half of the web wire: Socket.IO for words, HTTPS for events and commands (docs/protocol.md, Web wire).
 *
 * The socket is the channel: it is open while the socket is. Socket.IO's own reconnecting is off, for the session
 * above decides when to dial. Messages of both legs reach the listener one at a time.
 */
import { io, type Socket } from 'socket.io-client';
import {
  AgentChannel,
  type AgentChannelListener,
  type ChannelClosed,
  type UnsequencedToServer,
} from '@longshore/delivery';
import {
  type AgentId,
  agentNamespace,
  commandsAvailableEvent,
  type EventMessage,
  type EventsAnswer,
  limits,
  LongshoreError,
  messageEvent,
  MessageTooLargeError,
  parseMessage,
  type ServerId,
  type ServerToAgent,
  timeouts,
} from '@longshore/protocol';
import { type PinnedConnection, PinnedHttpAgent } from '@longshore/tls';
import {
  GatewayPinRefusedError,
  GatewayRefusedError,
  GatewayUnreachableError,
  WebChannelClosedError,
} from '../gateway-errors';
import { CommandFeed } from './command-feed';
import type { CommandsFrom, GatewayClient } from './gateway-client';
import { findPinMismatch, pinRefusedBy } from './pin-refusal';
import type { CommandsRefused } from './read-commands';

export interface WebAgentChannelOptions {
  readonly agentId: AgentId;
  readonly serverId: ServerId;
  readonly client: GatewayClient;
  readonly connection: PinnedConnection;
  /** A message that was not understood or is not for us. */
  readonly onRefused: CommandsRefused;
}

interface OpenChannel {
  readonly socket: Socket;
  readonly listener: AgentChannelListener;
  turn: Promise<void>;
  feed: CommandFeed | null;
  closed: ChannelClosed | null;
}

export class WebAgentChannel extends AgentChannel {
  #open: OpenChannel | null = null;

  constructor(private readonly options: WebAgentChannelOptions) {
    super();
  }

  override async open(listener: AgentChannelListener): Promise<void> {
    const gateway = this.options.client.gateways.current;
    const socket = this.#createSocket(gateway);
    const channel: OpenChannel = { socket, listener, turn: Promise.resolve(), feed: null, closed: null };
    // Before the connection is made: the server's first word may come with it.
    this.#listen(channel);
    try {
      await connected(socket);
    } catch (cause) {
      socket.disconnect();
      this.options.client.gateways.failed(gateway);
      const mismatch = findPinMismatch(cause);
      if (mismatch === null) throw new GatewayUnreachableError(`${gateway} closed the WebSocket`, { cause });
      listener.onPinRefused(pinRefusedBy(mismatch, 'websocket'));
      throw new GatewayPinRefusedError(mismatch.peer, { cause: mismatch });
    }
    if (channel.closed !== null) throw new GatewayUnreachableError(`${gateway} closed the WebSocket`, channel.closed);
    this.#open = channel;
  }

  override async send(message: UnsequencedToServer): Promise<void> {
    const { socket } = this.#channel();
    const bytes = Buffer.byteLength(JSON.stringify(message));
    if (bytes > limits.messageBytes) throw new MessageTooLargeError(bytes);
    socket.emit(messageEvent, message);
  }

  override async submit(messages: readonly EventMessage[]): Promise<EventsAnswer | null> {
    this.#channel();
    return this.options.client.postEvents(messages);
  }

  override async receiveCommands(from: CommandsFrom): Promise<void> {
    const channel = this.#channel();
    channel.feed?.stop();
    channel.feed = new CommandFeed(from, {
      client: this.options.client,
      onMessage: async (message) => {
        if (this.#isForUs(message)) await this.#handOver(channel, message);
      },
      onRefused: this.options.onRefused,
      onFailed: (cause) => this.#feedFailed(channel, cause),
    });
    channel.feed.start();
  }

  override async close(reason: string): Promise<void> {
    if (this.#open !== null) this.#close(this.#open, { reason, cause: null });
  }

  #channel(): OpenChannel {
    if (this.#open === null) throw new WebChannelClosedError();
    return this.#open;
  }

  #createSocket(gateway: string): Socket {
    return io(`${gateway}${agentNamespace}`, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      autoConnect: false,
      timeout: timeouts.connectMs,
      perMessageDeflate: { threshold: Infinity },
      extraHeaders: { ...this.options.client.authorization },
      // Typed for browsers as a string or false; Node's transport takes an agent.
      agent: new PinnedHttpAgent(this.options.connection) as unknown as string,
    });
  }

  #listen(channel: OpenChannel): void {
    const { socket } = channel;
    socket.on(messageEvent, (raw: unknown) => {
      const message = this.#parse(raw);
      if (message !== null) void this.#handOver(channel, message).catch(() => undefined);
    });
    socket.on(commandsAvailableEvent, (available: { readonly seq?: unknown } | undefined) => {
      if (typeof available?.seq === 'number') channel.feed?.hint(available.seq);
    });
    socket.on('disconnect', (reason, description) => {
      const refused = reason === 'io server disconnect';
      this.#close(channel, { reason: refused ? 'closed-by-server' : 'reset', cause: description ?? null });
    });
  }

  /** Puts it behind what is being handed over; rejects when the listener does, which also closes the channel. */
  #handOver(channel: OpenChannel, message: ServerToAgent): Promise<void> {
    const turn = channel.turn.then(async () => {
      if (channel.closed !== null) throw new WebChannelClosedError();
      await channel.listener.onMessage(message);
    });
    channel.turn = turn.catch((cause: unknown) => this.#close(channel, { reason: 'listener-failed', cause }));
    return turn;
  }

  #parse(raw: unknown): ServerToAgent | null {
    try {
      const message = parseMessage(raw, 'server-to-agent');
      return this.#isForUs(message) ? message : null;
    } catch (cause) {
      if (!(cause instanceof LongshoreError)) throw cause;
      this.options.onRefused(cause);
      return null;
    }
  }

  #isForUs(message: ServerToAgent): boolean {
    const { agentId, serverId, onRefused } = this.options;
    if (message.agentId === agentId && message.serverId === serverId) return true;
    onRefused({ code: 'WEB_ENVELOPE_FOREIGN', message: `a message to ${message.agentId} of ${message.serverId}` });
    return false;
  }

  #feedFailed(channel: OpenChannel, cause: unknown): void {
    if (cause instanceof GatewayPinRefusedError) {
      const mismatch = findPinMismatch(cause);
      if (mismatch !== null) channel.listener.onPinRefused(pinRefusedBy(mismatch, 'https'));
      return this.#close(channel, { reason: 'pin-mismatch', cause });
    }
    this.#close(channel, { reason: cause instanceof GatewayRefusedError ? 'refused' : 'feed-failed', cause });
  }

  #close(channel: OpenChannel, closed: ChannelClosed): void {
    if (channel.closed !== null) return;
    channel.closed = closed;
    channel.feed?.stop();
    channel.socket.disconnect();
    // One that never became open has rejected its open() instead.
    if (this.#open !== channel) return;
    this.#open = null;
    channel.listener.onClosed(closed);
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
    socket.once('disconnect', (reason) => reject(new Error(reason)));
    socket.connect();
  });
}
