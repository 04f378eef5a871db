/** Both halves of a wire in memory: the contract's third implementation, and the wire of the pure rules' own tests. */
import {
  type AgentId,
  type ByeReason,
  type CommandMessage,
  type EventMessage,
  type EventsAnswer,
  limits,
  LongshoreError,
  MessageTooLargeError,
  parseMessage,
  type ServerToAgent,
} from '@longshore/protocol';
import { AgentChannel, type AgentChannelListener, type UnsequencedToServer } from '../channel/agent-channel';
import { type Peer, ServerChannel, type UnsequencedToAgent } from '../channel/server-channel';
import type { ChannelPair } from './agent-channel-contract';
import { anAgentId, aServerId, type Ends } from './messages';
import { CommandsInMemory, RecordingIntake } from './recording';

class MemoryClosedError extends LongshoreError {
  constructor() {
    super('MEMORY_CHANNEL_CLOSED', 'retry', 'the channel is not open');
  }
}

/** Takes a message through JSON and its limits, as any wire would. */
function overTheWire(message: unknown): unknown {
  const text = JSON.stringify(message);
  if (text.length > limits.messageBytes) throw new MessageTooLargeError(text.length);
  return JSON.parse(text);
}

class MemoryWire {
  readonly intake = new RecordingIntake();
  readonly commands = new CommandsInMemory();
  readonly refusedByAgent: { code: string }[] = [];
  readonly ends: Ends = { agentId: anAgentId(), serverId: aServerId() };
  readonly peer: Peer = {
    agentId: this.ends.agentId,
    fingerprint: 'sha256/memory' as Peer['fingerprint'],
    wire: 'web',
    address: 'memory',
  };
  listener: AgentChannelListener | null = null;
  cursor: number | null = null;
  #toServer: Promise<unknown> = Promise.resolve();
  #toAgent: Promise<unknown> = Promise.resolve();

  receive(raw: unknown): Promise<EventsAnswer | null> {
    const turn = this.#toServer.then(() => this.#receiveNow(raw));
    this.#toServer = turn.catch(() => undefined);
    return turn;
  }

  tell(raw: unknown): void {
    const { listener } = this;
    this.#toAgent = this.#toAgent.then(async () => {
      const message = this.#parseForAgent(raw);
      if (message === null || listener === null || this.listener !== listener) return;
      // What is out of turn stands in the outbox and comes again with the next receiveCommands.
      if (message.seq !== undefined && (this.cursor === null || message.seq !== this.cursor + 1)) return;
      try {
        await listener.onMessage(message);
        if (message.seq !== undefined) this.cursor = message.seq;
      } catch (cause) {
        this.end('listener-failed', cause);
      }
    });
  }

  end(reason: string, cause: unknown): void {
    const { listener } = this;
    this.listener = null;
    listener?.onClosed({ reason, cause });
  }

  async #receiveNow(raw: unknown): Promise<EventsAnswer | null> {
    try {
      const message = parseMessage(overTheWire(raw), 'agent-to-server');
      this.#check(message);
      if (message.seq !== undefined) return await this.intake.receiveEvents(this.peer, [message]);
      await this.intake.receiveWord(this.peer, message);
    } catch (cause) {
      if (!(cause instanceof LongshoreError)) throw cause;
      this.intake.refuse(this.peer, cause);
    }
    return null;
  }

  #parseForAgent(raw: unknown): ServerToAgent | null {
    try {
      const message = parseMessage(overTheWire(raw), 'server-to-agent');
      this.#check(message);
      return message;
    } catch (cause) {
      if (!(cause instanceof LongshoreError)) throw cause;
      this.refusedByAgent.push(cause);
      return null;
    }
  }

  #check({ agentId, serverId }: Ends): void {
    const isOurs = agentId === this.ends.agentId && serverId === this.ends.serverId;
    if (!isOurs) throw new LongshoreError('MEMORY_ENVELOPE_FOREIGN', 'give-up', 'for somebody else');
  }
}

class MemoryAgentChannel extends AgentChannel {
  constructor(private readonly wire: MemoryWire) {
    super();
  }

  override async open(listener: AgentChannelListener): Promise<void> {
    this.wire.listener = listener;
    this.wire.cursor = null;
  }

  override async send(message: UnsequencedToServer): Promise<void> {
    this.#checkOpen();
    void this.wire.receive(message);
  }

  override async submit(messages: readonly EventMessage[]): Promise<EventsAnswer | null> {
    this.#checkOpen();
    messages.forEach(overTheWire);
    const answers = await Promise.all(messages.map((message) => this.wire.receive(message)));
    return answers.at(-1) ?? null;
  }

  override async receiveCommands({ after }: { readonly after: number }): Promise<void> {
    this.#checkOpen();
    this.wire.cursor = after;
    this.wire.commands.commands.forEach((command) => this.wire.tell(command));
  }

  override async close(reason: string): Promise<void> {
    this.wire.end(reason, null);
  }

  #checkOpen(): void {
    if (this.wire.listener === null) throw new MemoryClosedError();
  }
}

class MemoryServerChannel extends ServerChannel {
  override readonly wire = 'web';

  constructor(private readonly memory: MemoryWire) {
    super();
  }

  override async send(_agentId: AgentId, message: UnsequencedToAgent): Promise<void> {
    this.memory.tell(message);
  }

  override async deliver(_agentId: AgentId, commands: readonly CommandMessage[]): Promise<void> {
    commands.forEach((command) => this.memory.tell(command));
  }

  override async disconnect(_agentId: AgentId, reason: ByeReason): Promise<void> {
    this.memory.end(reason, null);
  }
}

export async function makeMemoryPair(): Promise<ChannelPair> {
  const wire = new MemoryWire();
  return {
    ...{ ends: wire.ends, intake: wire.intake, commands: wire.commands, refusedByAgent: wire.refusedByAgent },
    agent: new MemoryAgentChannel(wire),
    server: new MemoryServerChannel(wire),
    largestBytes: limits.messageBytes,
    sendRaw: async (message) => void (await wire.receive(message)),
    sendRawToAgent: async (message) => wire.tell(message),
    openAgainstAnotherKey: null,
    close: async () => undefined,
  };
}
