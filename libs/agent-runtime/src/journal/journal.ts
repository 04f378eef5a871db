/**
 * The agent's durable memory, in the words of delivery: what it received, what it owes, and which attempts are open.
 * One writer, in the monitor. "Resolved" means "on disk" (docs/protocol.md, Delivery; Monitor, worker, step host).
 */
import { randomUUID } from 'node:crypto';
import {
  type AgentStream,
  type AttemptId,
  type BodyOf,
  type CommandMessage,
  type EventMessage,
  type EventType,
  type Grant,
  type Held,
  type Incarnation,
  type MessageId,
  type OpenAttempt,
  type Received,
  type RunStep,
  incarnationSchema,
  messageIdSchema,
} from '@longshore/protocol';
import { type ReceiveVerdict, decideAcknowledge, decideReceive } from '@longshore/delivery';
import { commandOf, eventOf } from './checkpoint-facts';
import { type JournalOwner, composeEvent } from './compose-event';
import type { ChainEnd, JournalFact } from './journal-entry';
import { CommandConflictError, JournalUnwritableError } from './journal-errors';
import type { JournalState } from './journal-view';
import { type JournalPlace, JournalWriter } from './journal-writer';

/** An open attempt with the newest order about it. */
export interface OpenOrder extends OpenAttempt {
  readonly order: RunStep;
  /** Why it shall be cancelled; null while nobody wants that. */
  readonly cancelReason: string | null;
}

export interface RecordedCommands {
  readonly verdicts: readonly ReceiveVerdict[];
  /** Now in order and without a gap before them: to be acted upon. Each is released once per life of the process. */
  readonly released: readonly CommandMessage[];
  /** The cursor to acknowledge. */
  readonly highest: number;
}

/** A journal longer than this is made short. */
const checkpointAtEntries = 8000;

export class Journal {
  private releasedUpTo: number;

  private constructor(
    private readonly owner: JournalOwner,
    private readonly writer: JournalWriter,
  ) {
    this.releasedUpTo = writer.state.commands.highest;
  }

  /** Verifies everything that stands in it; throws JournalDamagedError or JournalRolledBackError. */
  static async open(place: JournalPlace, owner: JournalOwner, checkpointEvery = checkpointAtEntries): Promise<Journal> {
    const writer = new JournalWriter(place, checkpointEvery);
    if (writer.state.incarnation === null) {
      await writer.record(() => [{ kind: 'born', incarnation: incarnationSchema.parse(randomUUID()) }]);
    }
    return new Journal(owner, writer);
  }

  get incarnation(): Incarnation {
    const { incarnation } = this.state;
    if (incarnation === null) throw new JournalUnwritableError('it was never begun');
    return incarnation;
  }

  get serverIncarnation(): Incarnation | null {
    return this.state.serverIncarnation;
  }

  get lastGrant(): Grant | null {
    return this.state.lastGrant;
  }

  get end(): ChainEnd {
    return this.writer.store.end;
  }

  /** Why no new work may be accepted; null when it may. */
  get refusesWork(): string | null {
    return this.writer.refusesWork;
  }

  get commandsReceived(): Received {
    return this.state.commands;
  }

  /** Commands stand recorded behind one that has not come. */
  get hasCommandGap(): boolean {
    return this.state.heldCommands.size > 0;
  }

  held(stream: AgentStream): Held {
    const { lastSeq, lastId } = this.state.streams[stream];
    return { lowest: this.writer.store.lowestNumber(stream), highest: lastSeq, highestId: lastId };
  }

  acknowledgedUpTo(stream: AgentStream): number {
    return this.state.streams[stream].ackedSeq;
  }

  /** What is owed after this number, in order; acknowledged messages too, to refill a server that lost them. */
  stillHeld(stream: AgentStream, after: number, limit = 200): EventMessage[] {
    return this.writer.store.messageFacts({ stream, after, limit }).map(eventOf);
  }

  openAttempts(): OpenAttempt[] {
    return [...this.state.attempts.values()].map(({ attemptId, phase }) => ({ attemptId, phase }));
  }

  openOrder(attemptId: AttemptId): OpenOrder | null {
    const attempt = this.state.attempts.get(attemptId);
    if (attempt === undefined) return null;
    const command = commandOf(this.writer.store.factAt(attempt.orderEntry));
    if (command.type !== 'step.run') return null;
    return { attemptId, phase: attempt.phase, order: command.body, cancelReason: attempt.cancelReason };
  }

  async recordCommands(messages: readonly CommandMessage[]): Promise<RecordedCommands> {
    const verdicts: ReceiveVerdict[] = [];
    await Promise.all(messages.map((message) => this.record((state) => this.receive(state, message, verdicts), true)));
    const at = verdicts.findIndex(({ verdict }) => verdict === 'conflict');
    const [conflict, message] = [verdicts[at], messages[at]];
    if (conflict?.verdict === 'conflict' && message !== undefined) {
      throw new CommandConflictError(message.seq, conflict.recordedId, message.id);
    }
    return { verdicts, released: this.release(), highest: this.state.commands.highest };
  }

  async appendEvent<T extends EventType>(type: T, body: BodyOf<T>): Promise<EventMessage> {
    const [fact] = await this.record((state) => [
      { kind: 'event', message: composeEvent(this.owner, state, { type, body }) },
    ]);
    if (fact === undefined) throw new JournalUnwritableError('an event was not recorded');
    return eventOf(fact);
  }

  async acknowledge(stream: AgentStream, seq: number): Promise<void> {
    await this.record((state) => {
      const verdict = decideAcknowledge(state.streams[stream], seq);
      return verdict.verdict === 'advance' ? [{ kind: 'acknowledged', stream, seq }] : [];
    });
  }

  /** Answers the id to say hello under: the unanswered one again, so that a lost welcome is only repeated. */
  async recordHello(): Promise<{ readonly helloId: MessageId; readonly repeats: boolean }> {
    const repeated = this.state.unansweredHello;
    const helloId = repeated ?? messageIdSchema.parse(randomUUID());
    await this.record(() => [{ kind: 'hello', helloId }]);
    return { helloId, repeats: repeated !== null };
  }

  async recordGrant(grant: Grant, serverIncarnation: Incarnation): Promise<void> {
    await this.record(() => [{ kind: 'grant', grant, serverIncarnation }]);
    this.releasedUpTo = Math.min(this.releasedUpTo, this.state.commands.highest);
  }

  /** Before a spawn: from here on the attempt may have been started. False: it is none of ours any more. */
  async recordStart(attemptId: AttemptId): Promise<boolean> {
    let isOurs = false;
    await this.record((state) => {
      const attempt = state.attempts.get(attemptId);
      isOurs = attempt !== undefined && attempt.phase !== 'ended';
      // Asked again by a worker that lost its answer: the record stands already.
      if (!isOurs || attempt?.phase === 'started') return [];
      const body = { attemptId, pid: null, startedAt: new Date().toISOString() };
      return [{ kind: 'event', message: composeEvent(this.owner, state, { type: 'step.started', body }) }];
    }, true);
    return isOurs;
  }

  async recordAbandoned(attemptId: AttemptId): Promise<void> {
    await this.record((state) => (state.attempts.has(attemptId) ? [{ kind: 'abandoned', attemptId }] : []));
  }

  /** Tries to end the state in which new work is refused. Cheap when there is nothing to do. */
  recover(): void {
    this.writer.recover();
  }

  close(): void {
    this.writer.close();
  }

  private get state(): JournalState {
    return this.writer.state;
  }

  private record(draft: (state: JournalState) => readonly JournalFact[], isNewWork = false) {
    return this.writer.record(draft, isNewWork);
  }

  private receive(state: JournalState, message: CommandMessage, verdicts: ReceiveVerdict[]): JournalFact[] {
    const { highest } = state.commands;
    const idAt = (seq: number): MessageId | undefined =>
      state.heldCommands.get(seq) ?? this.writer.store.messageIdAt('commands', seq, state.commandsSince);
    const verdict = decideReceive({ highest, idAt }, message);
    verdicts.push(verdict);
    return verdict.verdict === 'apply' || verdict.verdict === 'hold' ? [{ kind: 'command', message }] : [];
  }

  private release(): CommandMessage[] {
    const { highest } = this.state.commands;
    const [after, since] = [this.releasedUpTo, this.state.commandsSince];
    if (highest <= after) return [];
    this.releasedUpTo = highest;
    return this.writer.store.messageFacts({ stream: 'commands', after, limit: highest - after, since }).map(commandOf);
  }
}
