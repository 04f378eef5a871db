/** An agent without machine or wire: keeps its grant, numbers its events, answers commands when told to. */
import { randomUUID } from 'node:crypto';
import type { GatewayIntake, Peer, UnsequencedToServer } from '@longshore/delivery';
import {
  type AgentId,
  type AgentStream,
  type AgentToServer,
  type AgentType,
  type AttemptId,
  type BodyOf,
  type CommandMessage,
  type EventMessage,
  type EventType,
  type EventsAnswer,
  type Fingerprint,
  type Grant,
  type Hello,
  type Incarnation,
  type Message,
  type MessageId,
  type OpenAttempt,
  type RunStep,
} from '@longshore/protocol';
import type { RecordingChannel } from './recording-channel';

const streamOf: Record<EventType, AgentStream> = {
  'step.accepted': 'control',
  'step.started': 'control',
  'worker.crashed': 'control',
  'pin.refused': 'control',
  'step.ended': 'work',
};

export class SimulatedAgent {
  incarnation = randomUUID() as Incarnation;
  /** Of the key that is pinned for it. */
  fingerprint: Fingerprint;
  grant: Grant | null = null;
  received = 0;
  journalSeq = 0;
  /** For those who bring it back: a broker that lies. */
  lastWord!: UnsequencedToServer;
  readonly openAttempts: OpenAttempt[] = [];
  private readonly seqs: Record<AgentStream, number> = { control: 0, work: 0 };
  private count = 0;
  private unanswered: MessageId | null = null;

  constructor(
    readonly agentId: AgentId,
    private readonly wire: AgentType,
    private readonly intake: GatewayIntake,
    private readonly channel: RecordingChannel,
  ) {
    this.fingerprint = `sha256/${agentId}` as Fingerprint;
  }

  get peer(): Peer {
    return {
      agentId: this.agentId,
      wire: this.wire,
      address: '127.0.0.1:1',
      fingerprint: this.fingerprint,
    };
  }

  /** Says hello and takes the welcome, if there is one. */
  async greet(change: Partial<Hello> = {}, id = randomUUID() as MessageId): Promise<'welcome' | 'bye'> {
    await this.intake.receiveWord(this.peer, this.hello(change, id));
    const welcome = this.channel.lastWord(this.agentId, 'welcome');
    if (welcome?.body.helloId !== id) return 'bye';
    this.unanswered = null;
    this.grant = welcome.body.grant;
    return 'welcome';
  }

  /** Says hello, but never hears the answer. */
  async greetInVain(): Promise<void> {
    const id = randomUUID() as MessageId;
    await this.intake.receiveWord(this.peer, this.hello({}, id));
    this.unanswered = id;
  }

  hello(change: Partial<Hello>, id = randomUUID() as MessageId): Message<'hello'> {
    this.journalSeq += 1;
    const nothing = { lowest: 0, highest: 0, highestId: null };
    const body: Hello = {
      lastGrant: this.grant,
      previousHelloId: this.unanswered,
      bootId: 'boot',
      received: { commands: { highest: this.received, highestId: null } },
      held: { control: nothing, work: nothing },
      openAttempts: this.openAttempts,
      pins: [],
      sealingKey: 'sealing',
      versions: { protocol: 1, agent: '0', journal: 1 },
      journal: { seq: this.journalSeq, hash: 'hash' },
      facts: { hostname: 'h', platform: 'linux', architecture: 'x64', cpus: 2, agentVersion: '0', nodeVersion: '24' },
      maxParallel: 8,
      ...change,
    };
    return { ...this.frame(), id, type: 'hello', count: (this.count += 1), body };
  }

  event<Type extends EventType>(type: Type, body: BodyOf<Type>, seq?: number): EventMessage {
    const stream = streamOf[type];
    this.seqs[stream] = Math.max(this.seqs[stream], seq ?? this.seqs[stream] + 1);
    return { ...this.frame(), type, stream, seq: seq ?? this.seqs[stream], body } as EventMessage;
  }

  send(...events: readonly EventMessage[]): Promise<EventsAnswer> {
    return this.intake.receiveEvents(this.peer, events);
  }

  say(word: Pick<Extract<AgentToServer, { count: number }>, 'type' | 'body'>): Promise<void> {
    this.lastWord = { ...this.frame(), ...word, count: (this.count += 1) } as Message<'ack'>;
    return this.intake.receiveWord(this.peer, this.lastWord);
  }

  accepted(attemptId: AttemptId): EventMessage {
    return this.event('step.accepted', { attemptId });
  }

  started(attemptId: AttemptId): EventMessage {
    return this.event('step.started', { attemptId, pid: 1, startedAt: new Date().toISOString() });
  }

  ended({ attemptId, attemptNumber, itemId }: RunStep, change: Partial<BodyOf<'step.ended'>> = {}): EventMessage {
    return this.event('step.ended', {
      attemptId,
      attemptNumber,
      itemId,
      outcome: 'succeeded',
      exitCode: 0,
      signal: null,
      outputs: {},
      logs: {},
      ranMs: 1,
      endedAt: new Date().toISOString(),
      reason: null,
      evidence: null,
      ...change,
    });
  }

  /** Carries an order out from beginning to end. */
  carryOut(order: RunStep, change: Partial<BodyOf<'step.ended'>> = {}): Promise<EventsAnswer> {
    return this.send(this.accepted(order.attemptId), this.started(order.attemptId), this.ended(order, change));
  }

  private frame() {
    return {
      v: 1,
      id: randomUUID() as MessageId,
      serverId: randomUUID(),
      serverIncarnation: null,
      agentId: this.agentId,
      incarnation: this.incarnation,
      epoch: this.grant?.epoch ?? 0,
      direction: 'agent-to-server',
      at: new Date().toISOString(),
    } as Pick<Message, 'v' | 'id' | 'serverId' | 'serverIncarnation' | 'agentId' | 'incarnation' | 'epoch' | 'at'> & {
      direction: 'agent-to-server';
    };
  }
}

export function ordersOf(commands: readonly CommandMessage[]): RunStep[] {
  return commands.flatMap((command) => (command.type === 'step.run' ? [command.body] : []));
}
