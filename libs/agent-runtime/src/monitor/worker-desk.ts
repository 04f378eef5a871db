/**
 * What does the monitor do with the words of its worker, and what does it pass on to it? Each question is answered
 * when the journal has what it says, because a spawn and a discarded folder rest on that answer
 * (docs/protocol.md, Monitor, worker, step host).
 */
import {
  type AttemptDecision,
  type AttemptId,
  type CommandMessage,
  type PinRefused,
  type WorkerCrashed,
  assertNever,
} from '@longshore/protocol';
import type { Journal, OpenOrder } from '../journal/journal';
import type { AgentLog } from '../log/agent-log';
import type { AgentSession } from '../session/agent-session';
import type { MonitorToWorker, WorkerQuestion, WorkerToMonitor } from '../supervision/worker-messages';
import type { ServerTrust } from './server-trust';
import { WaitingStarts } from './waiting-starts';
import { WorkFeed } from './work-feed';

export interface WorkerDeskParts {
  readonly journal: Journal;
  readonly session: AgentSession;
  readonly log: AgentLog;
  readonly trust: Pick<ServerTrust, 'isProven'>;
  readonly tell: (message: MonitorToWorker) => void;
  readonly maxParallel: () => number | null;
  readonly heartbeatMs: () => number;
}

export interface DeskView {
  readonly running: number;
  readonly waiting: number;
  readonly httpsRoundTripAtMs: number | null;
  readonly httpsProblem: string | null;
  readonly refusesWork: string | null;
}

export class WorkerDesk {
  private readonly starts: WaitingStarts;
  private readonly feed: WorkFeed;
  private readonly refusedPins = new Set<string>();
  private knownOpen = new Set<AttemptId>();
  private wasOnline = false;
  private load = { running: 0, waiting: 0 };
  private https: { roundTripAtMs: number | null; problem: string | null } = { roundTripAtMs: null, problem: null };

  constructor(private readonly parts: WorkerDeskParts) {
    const { journal, session, tell } = parts;
    this.starts = new WaitingStarts({
      journal,
      decideStart: (order) => session.decideStart(order),
      started: () => session.eventsWait(),
      answer: (to, problem) => tell({ kind: 'answer', to, problem }),
    });
    this.feed = new WorkFeed(journal, (messages) => tell({ kind: 'post-work', messages }));
  }

  get view(): DeskView {
    const { roundTripAtMs, problem } = this.https;
    const { refusesWork } = this.parts.journal;
    return { ...this.load, httpsRoundTripAtMs: roundTripAtMs, httpsProblem: problem, refusesWork };
  }

  hear(message: WorkerToMonitor): void {
    switch (message.kind) {
      case 'ready':
        return this.begin();
      case 'start':
        return this.starts.add(message.attemptId, message.id);
      case 'accepted':
      case 'ended':
        void this.record(message).then(
          () => this.parts.tell({ kind: 'answer', to: message.id, problem: null }),
          (cause: unknown) => this.parts.tell({ kind: 'answer', to: message.id, problem: String(cause) }),
        );
        return;
      case 'work-acknowledged':
        void this.workAcknowledged(message.seq);
        return;
      case 'load':
        this.load = { running: message.running, waiting: message.waiting };
        return;
      case 'round-trip':
        this.https = { roundTripAtMs: Math.max(this.https.roundTripAtMs ?? 0, message.sentAtMs), problem: null };
        return;
      case 'https-problem':
        this.https = { ...this.https, problem: message.problem };
        return;
      case 'pin-refused':
        void this.pinRefused(message.refused);
        return;
      default:
        assertNever(message);
    }
  }

  carryOut(command: CommandMessage): void {
    const { attemptId } = command.body;
    this.knownOpen.add(attemptId);
    if (command.type === 'step.cancel') {
      const { reason } = command.body;
      this.parts.tell({ kind: 'cancel', attemptId, reason });
    } else if (this.parts.journal.openOrder(attemptId)?.phase === 'received') {
      this.parts.tell({ kind: 'run', order: command.body });
    }
    void this.starts.look();
  }

  decide({ attemptId, decision }: AttemptDecision): void {
    if (decision !== 'abandon') return;
    this.parts.log.write('warn', 'the server gave an attempt up', { attemptId });
    const open = this.parts.journal.openOrder(attemptId);
    if (open === null) this.parts.tell({ kind: 'drop', attemptId });
    else this.parts.tell({ kind: 'cancel', attemptId, reason: open.cancelReason ?? 'abandoned' });
    void this.starts.look();
  }

  resendWork(after: number): void {
    this.feed.rewind(after);
  }

  sessionChanged(): void {
    const isOnline = this.parts.session.state.phase === 'online';
    if (isOnline !== this.wasOnline) this.parts.tell({ kind: 'session', session: this.sessionNews(isOnline) });
    this.wasOnline = isOnline;
    void this.starts.look();
  }

  workerCrashed({ exitCode, signal, lastLines }: Omit<WorkerCrashed, 'attempts'>): void {
    const { journal, log } = this.parts;
    this.starts.clear();
    const attempts = journal.openAttempts().flatMap(({ attemptId, phase }) => (phase === 'started' ? [attemptId] : []));
    log.write('error', 'the worker crashed', { exitCode, signal, attempts, lastLines });
    const crash = journal.appendEvent('worker.crashed', { exitCode, signal, attempts, lastLines });
    void this.event(crash).catch(() => undefined);
  }

  /**
   * A key that the rotation chain accounts for is nothing to report. Others are told once per key and leg: a peer with
   * a wrong key is dialled again and again.
   */
  async pinRefused(refused: PinRefused): Promise<void> {
    const { journal, log, trust } = this.parts;
    if (await trust.isProven(refused)) return;
    const key = `${refused.leg} ${refused.address} ${refused.presented ?? ''}`;
    if (this.refusedPins.has(key)) return;
    this.refusedPins.add(key);
    log.write('error', 'another key stood where the pinned one was expected', { ...refused });
    void this.event(journal.appendEvent('pin.refused', refused)).catch(() => undefined);
  }

  /** What is closed is forgotten on disk as well; recovery and starts that only time allows are tried. */
  sweep(): void {
    const { journal, tell } = this.parts;
    const open = new Set(journal.openAttempts().map(({ attemptId }) => attemptId));
    const attemptIds = [...this.knownOpen].filter((attemptId) => !open.has(attemptId));
    this.knownOpen = open;
    if (attemptIds.length > 0) tell({ kind: 'discard', attemptIds });
    if (this.starts.size > 0) void this.starts.look();
  }

  private begin(): void {
    const { journal, tell, maxParallel } = this.parts;
    this.starts.clear();
    const attempts = journal.openAttempts().map(({ attemptId }) => journal.openOrder(attemptId));
    const isOnline = this.parts.session.state.phase === 'online';
    tell({
      kind: 'begin',
      maxParallel: maxParallel(),
      attempts: attempts.filter((open): open is OpenOrder => open !== null),
      session: this.sessionNews(isOnline),
    });
    this.feed.rewind(journal.acknowledgedUpTo('work'));
  }

  private async record(message: WorkerQuestion): Promise<void> {
    const { journal } = this.parts;
    if (message.kind === 'accepted') {
      const open = journal.openOrder(message.attemptId);
      if (open?.phase !== 'received') return;
      return this.event(journal.appendEvent('step.accepted', { attemptId: message.attemptId }));
    }
    if (message.kind !== 'ended') return;
    const open = journal.openOrder(message.ended.attemptId);
    // Said again by a worker that lost our answer, or of an attempt that was given up before it started.
    if (open === null || open.phase === 'ended') return;
    await journal.appendEvent('step.ended', message.ended);
    this.feed.feed();
  }

  private async event(appended: Promise<unknown>): Promise<void> {
    try {
      await appended;
      this.parts.session.eventsWait();
    } catch (cause) {
      this.parts.log.write('error', 'an event could not be journaled', { cause: String(cause) });
      throw cause;
    }
  }

  private async workAcknowledged(seq: number): Promise<void> {
    await this.parts.journal.acknowledge('work', seq).catch(() => undefined);
    this.feed.acknowledged(seq);
    this.sweep();
  }

  private sessionNews(isOnline: boolean) {
    return { isOnline, heartbeatMs: this.parts.heartbeatMs() };
  }
}
