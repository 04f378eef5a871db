/**
 * The WebSocket half of the agent gateway: proves the peer, keeps its words in order, hands them on (docs/protocol.md,
 * Web wire). A peer that is not known is cut off with nothing said.
 *
 * Words are listened to on the socket itself and not through `@SubscribeMessage`: they must be taken strictly in
 * order per agent, each after a look at the pin.
 */
import type { Namespace, Socket } from 'socket.io';
import { OnGatewayConnection, OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import { GatewayIntake, type Peer, PeerDirectory } from '@longshore/delivery';
import {
  agentNamespace,
  type AgentToServer,
  InputInvalidError,
  LongshoreError,
  messageEvent,
  parseMessage,
} from '@longshore/protocol';
import { AgentSockets, type AgentSocket } from './agent-sockets';
import { GatewaySettings } from './gateway-settings';
import { PeerCheck } from './peer-check';
import { checkSender } from './check-sender';

interface ProvenSocket extends AgentSocket {
  readonly check: PeerCheck;
}

@WebSocketGateway({ namespace: agentNamespace })
export class AgentGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket> {
  readonly #proven = new WeakMap<Socket, ProvenSocket>();

  constructor(
    private readonly settings: GatewaySettings,
    private readonly sockets: AgentSockets,
    private readonly directory: PeerDirectory,
    private readonly intake: GatewayIntake,
  ) {}

  /** Runs before the namespace answers: an unknown peer sees its line close and no word of ours. */
  afterInit(namespace: Namespace): void {
    namespace.use((socket, next) => {
      void this.#prove(socket).then((known) => (known ? next() : socket.conn.close()));
    });
  }

  handleConnection(socket: Socket): void {
    const proven = this.#proven.get(socket);
    if (proven === undefined) return void socket.disconnect(true);
    this.sockets.add(proven);
    let turn: Promise<void> = Promise.resolve();
    socket.on(messageEvent, (raw: unknown) => {
      turn = turn.then(() => this.#receive(proven, raw));
    });
    socket.on('disconnect', (_reason, description) => {
      if (isOversize(description)) {
        this.intake.refuse(proven.peer, { code: 'MESSAGE_TOO_LARGE', message: 'a WebSocket frame over the limit' });
      }
      if (this.sockets.remove(proven)) this.intake.controlLegClosed(proven.peer);
    });
  }

  async #prove(socket: Socket): Promise<boolean> {
    const check = new PeerCheck(socket.request, this.directory, 'websocket');
    try {
      const peer = await check.ask();
      if (peer !== null) this.#proven.set(socket, { socket, peer, check });
      return peer !== null;
    } catch {
      // The directory cannot be asked just now: the agent comes back.
      return false;
    }
  }

  async #receive(proven: ProvenSocket, raw: unknown): Promise<void> {
    if (!this.sockets.isCurrent(proven)) return;
    try {
      const peer = await proven.check.ask();
      if (peer?.agentId !== proven.peer.agentId) return void proven.socket.disconnect(true);
      await this.#hearWord(peer, raw);
    } catch (cause) {
      const { code, message } =
        cause instanceof LongshoreError ? cause : { code: 'UNEXPECTED', message: String(cause) };
      this.intake.refuse(proven.peer, { code, message });
    }
  }

  async #hearWord(peer: Peer, raw: unknown): Promise<void> {
    const message: AgentToServer = parseMessage(raw, 'agent-to-server');
    checkSender(message, peer, this.settings.serverId);
    if (message.seq !== undefined) throw new InputInvalidError('type', `${message.type} goes by HTTPS`);
    await this.intake.receiveWord(peer, message);
  }
}

/** How ws says that a frame was larger than `maxHttpBufferSize`. */
function isOversize(description: unknown): boolean {
  return /max payload size/i.test(String((description as { message?: unknown } | undefined)?.message ?? description));
}
