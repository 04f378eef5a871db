/**
 * One session, from the first dial to its last word: open, `hello`, `welcome`, then commands in, events out and
 * heartbeats until something ends it (docs/protocol.md, Delivery).
 *
 * What ends it: the channel closes, no welcome comes in time, two heartbeats go unanswered, the server says `bye`,
 * the two ends disagree about the past, or `end` is called. Whatever it is, `run` resolves with it once, the channel
 * is closed by then, and nothing is lost: journal and server resume from their cursors.
 */
import { assertNever, timeouts } from '@longshore/protocol';
import type {
  BodyOf,
  CommandMessage,
  Incarnation,
  Message,
  MessageId,
  PinRefused,
  ServerToAgent,
  Welcome,
} from '@longshore/protocol';
import {
  type AgentChannel,
  type AgentChannelListener,
  type ChannelClosed,
  belongsToLife,
  decideWelcome,
} from '@longshore/delivery';
import type { Clock } from '../home/boot-clock';
import { CommandConflictError } from '../journal/journal-errors';
import type { Journal } from '../journal/journal';
import { journalVersion } from '../journal/journal-store';
import { CommandIntake } from './command-intake';
import { ControlCourier } from './control-courier';
import { Heartbeat } from './heartbeat';
import type { SessionHost } from './session-host';
import type { SessionEnd } from './session-state';
import type { WordComposer, WordType } from './word-composer';

export interface SessionParts {
  readonly channel: AgentChannel;
  readonly journal: Journal;
  readonly host: SessionHost;
  readonly composer: WordComposer;
  readonly clock: Clock;
}

export interface SessionWatcher {
  /** A welcome was accepted. */
  online(welcome: Welcome): void;
  roundTrip(sentAtMs: number): void;
}

export class LiveSession implements AgentChannelListener {
  private readonly ending = Promise.withResolvers<SessionEnd>();
  private readonly askedAbout = new Set<Incarnation>();
  private helloId: MessageId | null = null;
  private helloSentAtMs = 0;
  /** Of the session that was granted here; null before the first welcome. */
  private epoch: number | null = null;
  private welcomeTimer: NodeJS.Timeout | undefined;
  private heartbeat: Heartbeat | undefined;
  private courier: ControlCourier | undefined;
  private readonly commands: CommandIntake;

  constructor(
    private readonly parts: SessionParts,
    private readonly watcher: SessionWatcher,
  ) {
    const { channel, journal, host } = parts;
    this.commands = new CommandIntake({ channel, journal, host, say: (type, body) => this.sendSoon(type, body) });
  }

  async run(): Promise<SessionEnd> {
    const { channel, host } = this.parts;
    this.begin().catch((cause: unknown) => this.end({ end: 'unreachable', reason: reasonOf(cause), cause }));
    const ended = await this.ending.promise;
    clearTimeout(this.welcomeTimer);
    this.heartbeat?.stop();
    this.courier?.stop();
    await channel.close(ended.end).catch((cause: unknown) => host.note('closing failed', { cause: String(cause) }));
    return ended;
  }

  /** The first word counts: what happens while the channel closes is a consequence. */
  end(ended: SessionEnd): void {
    this.ending.resolve(ended);
  }

  /** Says `bye` first, so that the server need not wait for silence. */
  async leave(text: string): Promise<void> {
    await this.send('bye', { reason: 'shutting-down', text, retryAfterMs: null });
    this.end({ end: 'stopped' });
  }

  eventsWait(): void {
    this.courier?.wake();
  }

  reportNow(): void {
    this.heartbeat?.reportNow();
  }

  onClosed({ reason, cause }: ChannelClosed): void {
    const detail = cause instanceof Error ? `: ${cause.message}` : '';
    this.end({ end: 'lost', reason: `${reason}${detail}` });
  }

  onPinRefused(refused: PinRefused): void {
    this.parts.host.pinRefused(refused);
  }

  async onMessage(message: ServerToAgent): Promise<void> {
    if (message.type === 'welcome') return this.receiveWelcome(message);
    if (this.isOfAnotherServerLife(message)) return this.askAbout(message.serverIncarnation);
    switch (message.type) {
      case 'step.run':
      case 'step.cancel':
        return this.receiveCommand(message);
      case 'ack':
        return this.receiveAck(message);
      case 'resync':
        return this.receiveResync(message);
      case 'bye':
        return this.isOfThisSession(message) ? this.end({ end: 'bye', ...message.body }) : undefined;
      default:
        assertNever(message);
    }
  }

  private async begin(): Promise<void> {
    await this.parts.channel.open(this);
    await this.sayHello();
  }

  private async sayHello(): Promise<void> {
    const { journal, host, clock } = this.parts;
    clearTimeout(this.welcomeTimer);
    const { helloId, repeats } = await journal.recordHello();
    this.helloId = helloId;
    this.helloSentAtMs = clock();
    this.welcomeTimer = setTimeout(() => this.end({ end: 'lost', reason: 'no welcome came' }), timeouts.welcomeMs);
    const self = host.describe();
    const hello = {
      ...self,
      versions: { ...self.versions, journal: journalVersion },
      lastGrant: journal.lastGrant,
      previousHelloId: repeats ? helloId : null,
      received: { commands: journal.commandsReceived },
      held: { control: journal.held('control'), work: journal.held('work') },
      openAttempts: journal.openAttempts(),
      journal: journal.end,
    };
    await this.parts.channel.send(this.parts.composer.compose('hello', hello, helloId));
  }

  private async receiveWelcome({ body: welcome, serverIncarnation }: Message<'welcome'>): Promise<void> {
    const { journal, host } = this.parts;
    if (this.helloId === null || serverIncarnation === null) return;
    const isSameLife = journal.serverIncarnation === null || journal.serverIncarnation === serverIncarnation;
    const verdict = decideWelcome(
      {
        newestHelloId: this.helloId,
        held: { control: journal.held('control'), work: journal.held('work') },
        // A new life of the server numbers its commands anew.
        commandsReceived: isSameLife ? journal.commandsReceived : { highest: 0, highestId: null },
      },
      welcome,
    );
    if (verdict.verdict === 'stale') return;
    if (verdict.verdict === 'server-rolled-back') {
      return this.end({ end: 'disagreement', reason: `${verdict.verdict}: ${verdict.detail}` });
    }
    this.helloId = null;
    // What an earlier life of the server left on the wire is told from a new life by this.
    if (!isSameLife && journal.serverIncarnation !== null) this.askedAbout.add(journal.serverIncarnation);
    clearTimeout(this.welcomeTimer);
    await journal.recordGrant(welcome.grant, serverIncarnation);
    this.epoch = welcome.grant.epoch;
    await this.takeWord(welcome);
    this.commands.sessionGranted();
    this.beginToLive(welcome, verdict.resendAfter.control);
    host.welcome(welcome.configuration, welcome);
    host.decide(welcome.attempts);
    host.resendWork(verdict.resendAfter.work);
  }

  private async takeWord(welcome: Welcome): Promise<void> {
    const { journal } = this.parts;
    for (const stream of ['control', 'work'] as const) {
      await journal.acknowledge(stream, welcome.received[stream].highest);
    }
    const abandoned = welcome.attempts.filter(({ decision }) => decision === 'abandon');
    await Promise.all(abandoned.map(({ attemptId }) => journal.recordAbandoned(attemptId)));
  }

  private beginToLive(welcome: Welcome, controlAfter: number): void {
    const { channel, journal, host, clock } = this.parts;
    this.heartbeat?.stop();
    this.courier?.stop();
    this.watcher.online(welcome);
    this.watcher.roundTrip(this.helloSentAtMs);
    this.courier = new ControlCourier({ channel, journal, after: controlAfter, note: (...it) => host.note(...it) });
    this.courier.wake();
    this.heartbeat = new Heartbeat({
      heartbeatMs: welcome.configuration.heartbeatMs,
      heartbeatsUntilLost: timeouts.heartbeatsUntilLost,
      clock,
      lastRoundTripAtMs: this.helloSentAtMs,
      report: () => this.report(),
      roundTrip: (sentAtMs) => this.watcher.roundTrip(sentAtMs),
      lost: () => this.end({ end: 'lost', reason: 'heartbeat-lost' }),
    });
  }

  private report(): MessageId {
    this.commands.look().catch((cause: unknown) => this.onClosed({ reason: 'commands', cause }));
    return this.sendSoon('agent.status', this.parts.host.status());
  }

  private async receiveCommand(command: CommandMessage): Promise<void> {
    try {
      await this.commands.receive(command);
    } catch (cause) {
      if (!(cause instanceof CommandConflictError)) throw cause;
      this.end({ end: 'disagreement', reason: `server-rolled-back: ${cause.message}` });
    }
  }

  /** An acknowledgement of another journal's reports, brought back by a broker, would drop what was never stored. */
  private async receiveAck({ body, inReplyTo, incarnation }: Message<'ack'>): Promise<void> {
    const { incarnation: ours, serverIncarnation } = this.parts.journal;
    if (!belongsToLife({ incarnation, serverIncarnation }, { incarnation: ours, serverIncarnation })) return;
    if (inReplyTo !== undefined) this.heartbeat?.answered(inReplyTo);
    for (const { stream, seq } of body.acks) {
      if (stream !== 'commands') await this.parts.journal.acknowledge(stream, seq);
    }
  }

  private async receiveResync({ body: { after } }: Message<'resync'>): Promise<void> {
    if (after.control === undefined && after.work === undefined) return this.sayHello();
    if (after.control !== undefined) this.courier?.rewind(after.control);
    if (after.work !== undefined) this.parts.host.resendWork(after.work);
  }

  /**
   * A broker keeps the last word of a session that is over and delivers it to the next one, again and again until it
   * expires. A wire's own word, which has no epoch, is of this very connection.
   */
  private isOfThisSession({ epoch, inReplyTo }: Message<'bye'>): boolean {
    return epoch === 0 || epoch === this.epoch || (inReplyTo !== undefined && inReplyTo === this.helloId);
  }

  private isOfAnotherServerLife({ serverIncarnation, type }: ServerToAgent): boolean {
    const known = this.parts.journal.serverIncarnation;
    return type !== 'bye' && serverIncarnation !== null && known !== null && known !== serverIncarnation;
  }

  /** Asked once per incarnation: what comes from an older one afterwards is a leftover of the wire. */
  private async askAbout(incarnation: Incarnation | null): Promise<void> {
    if (incarnation === null || this.askedAbout.has(incarnation)) return;
    this.askedAbout.add(incarnation);
    await this.sayHello();
  }

  private sendSoon<T extends WordType>(type: T, body: BodyOf<T>): MessageId {
    const word = this.parts.composer.compose(type, body);
    this.parts.channel.send(word).catch((cause: unknown) => this.onClosed({ reason: 'send', cause }));
    return word.id;
  }

  private async send<T extends WordType>(type: T, body: BodyOf<T>): Promise<void> {
    await this.parts.channel.send(this.parts.composer.compose(type, body)).catch(() => undefined);
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
