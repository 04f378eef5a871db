/**
 * The far end of a session in memory: a channel that the session dials, a server that a test scripts, and a transcript
 * in which each message is an arrow. The expected text is the conversation.
 */
import { randomUUID } from 'node:crypto';
import { AgentChannel, type AgentChannelListener, type UnsequencedToServer } from '@longshore/delivery';
import {
  type BodyOf,
  type CommandMessage,
  type EventMessage,
  type EventsAnswer,
  type Incarnation,
  type MessageId,
  type ServerToAgent,
  type Welcome,
  messageIdSchema,
  protocolVersion,
} from '@longshore/protocol';
import { aServerLife, anOwner } from './a-command';

type WordType = Exclude<ServerToAgent, CommandMessage>['type'];

export class ScriptedServer extends AgentChannel {
  readonly transcript: string[] = [];
  /** The next dial fails with this. */
  unreachable: string | null = null;
  life: Incarnation = aServerLife;
  epoch = 0;
  /** Null: like a broker, which acknowledges nothing. */
  answersEvents = true;
  heartbeatMs = 200;
  readonly received = { control: 0, work: 0 };
  private listener: AgentChannelListener | null = null;
  private lastHello: MessageId | null = null;
  private count = 0;

  constructor(private readonly onWord: (word: UnsequencedToServer, server: ScriptedServer) => void) {
    super();
  }

  override async open(listener: AgentChannelListener): Promise<void> {
    if (this.unreachable !== null) {
      this.transcript.push(`agent -x server  ${this.unreachable}`);
      throw new Error(this.unreachable);
    }
    this.transcript.push('agent --- server  open');
    this.listener = listener;
  }

  override async send(message: UnsequencedToServer): Promise<void> {
    if (this.listener === null) throw new Error('closed');
    if (message.type !== 'agent.status') this.transcript.push(`agent --> server  ${describeWord(message)}`);
    if (message.type === 'hello') this.lastHello = message.id;
    setImmediate(() => this.onWord(message, this));
  }

  override async submit(messages: readonly EventMessage[]): Promise<EventsAnswer | null> {
    if (this.listener === null) throw new Error('closed');
    for (const { type, stream, seq } of messages) this.transcript.push(`agent --> server  ${type} ${stream} ${seq}`);
    this.received.control = Math.max(this.received.control, messages.at(-1)?.seq ?? 0);
    return this.answersEvents ? { acks: [{ stream: 'control', seq: this.received.control }], refused: [] } : null;
  }

  override async receiveCommands({ after, epoch }: { after: number; epoch: number }): Promise<void> {
    this.transcript.push(`agent --> server  commands after ${after} in epoch ${epoch}`);
  }

  override async close(reason: string): Promise<void> {
    if (this.listener !== null) this.cut(reason);
  }

  /** The line breaks. */
  cut(reason: string): void {
    this.transcript.push(`agent -/- server  ${reason}`);
    const { listener } = this;
    this.listener = null;
    listener?.onClosed({ reason, cause: null });
  }

  welcome(changes: Partial<Welcome> = {}): void {
    this.epoch += 1;
    this.say('welcome', {
      helloId: this.lastHello ?? messageIdSchema.parse(randomUUID()),
      grant: { epoch: this.epoch, nonce: 'n'.repeat(16) },
      received: {
        control: { highest: this.received.control, highestId: null },
        work: { highest: this.received.work, highestId: null },
      },
      held: { commands: { lowest: 0, highest: 1_000, highestId: null } },
      attempts: [],
      statements: [],
      brokers: null,
      configuration: { heartbeatMs: this.heartbeatMs, maxParallel: null, identity: 'keep' },
      reconnectSlotMs: 0,
      ...changes,
    });
  }

  say<T extends WordType>(type: T, body: BodyOf<T>, inReplyTo?: MessageId): void {
    const isAnswerToReport = type === 'ack' && inReplyTo !== undefined;
    if (!isAnswerToReport)
      this.transcript.push(`agent <-- server  ${type}${type === 'bye' ? ` ${(body as BodyOf<'bye'>).reason}` : ''}`);
    this.hand({
      ...this.envelope(),
      type,
      count: (this.count += 1),
      body,
      ...(inReplyTo ? { inReplyTo } : {}),
    } as ServerToAgent);
  }

  deliver(command: CommandMessage): void {
    this.transcript.push(`agent <-- server  ${command.type} ${command.seq}`);
    this.hand({ ...command, serverIncarnation: this.life });
  }

  private hand(message: ServerToAgent): void {
    void this.listener?.onMessage(message).catch((cause: unknown) => this.cut(String(cause)));
  }

  private envelope() {
    return {
      v: protocolVersion,
      id: messageIdSchema.parse(randomUUID()),
      ...anOwner,
      serverIncarnation: this.life,
      incarnation: null,
      epoch: this.epoch,
      direction: 'server-to-agent',
      at: '2026-01-01T00:00:00.000Z',
    } as const;
  }
}

function describeWord(message: UnsequencedToServer): string {
  switch (message.type) {
    case 'hello': {
      const { lastGrant, previousHelloId, openAttempts, received } = message.body;
      const repeats = previousHelloId === null ? '' : ' (again)';
      const open = openAttempts.length === 0 ? '' : `, ${openAttempts.length} open`;
      return `hello${repeats} last epoch ${lastGrant?.epoch ?? '-'}, commands ${received.commands.highest}${open}`;
    }
    case 'ack':
      return `ack ${message.body.acks.map(({ stream, seq }) => `${stream} ${seq}`).join(', ')}`;
    case 'resync':
      return `resync ${JSON.stringify(message.body.after)}`;
    case 'bye':
      return `bye ${message.body.reason}`;
    case 'agent.status':
      return message.type;
  }
}
