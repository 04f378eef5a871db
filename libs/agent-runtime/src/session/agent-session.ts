/**
 * The agent's line to its server, for as long as the monitor lives: dial, live one session, pause, dial again.
 *
 * The loop ends when `stop` is called: the live session says `bye`, its channel is closed, and `run` resolves. Nothing
 * else ends it; a server that is away, refuses us, or disagrees with us changes only the length of the pause.
 */
import { timeouts } from '@longshore/protocol';
import type { RunStep } from '@longshore/protocol';
import { type StartVerdict, mayStart } from '@longshore/delivery';
import { fullJitter } from './full-jitter';
import { LiveSession, type SessionParts } from './live-session';
import { type Finding, type Redial, type SessionEnd, type SessionState, redialAfter } from './session-state';

/** A session that lasted this long shows that dialling works: the next pause is short again. */
const steadyAfterMs = 5_000;
/** How long `stop` waits for the last word to leave. */
const goodbyeMs = 2_000;

export class AgentSession {
  private current: SessionState = { phase: 'connecting', epoch: null, lastRoundTripAtMs: null, problem: null };
  private live: LiveSession | null = null;
  private heartbeatMs: number = timeouts.heartbeatMs;
  private reconnectSlotMs = 0;
  private readonly stopping = new AbortController();
  private readonly stopped = Promise.withResolvers<null>();
  private wake: (() => void) | null = null;
  private readonly finished = Promise.withResolvers<void>();

  constructor(private readonly parts: SessionParts) {}

  get state(): SessionState {
    return this.current;
  }

  async run(): Promise<void> {
    for (let [failures, cures] = [0, 0]; !this.isStopped();) {
      const startedAtMs = this.parts.clock();
      const ended = await this.liveOnce();
      if (ended.end === 'stopped') break;
      const wasSteady = this.parts.clock() - startedAtMs >= steadyAfterMs;
      failures = wasSteady ? 0 : failures + 1;
      cures = wasSteady ? 0 : cures;
      const found = await this.lookInto(ended);
      // A cure that has to be repeated is none: only the first one shortens the pause.
      if (found?.finding === 'cured' && (cures += 1) === 1) failures = 0;
      await this.pause(redialAfter(ended, found), failures);
    }
    this.change({ phase: 'stopped', epoch: null, problem: null });
    this.finished.resolve();
  }

  async stop(text: string): Promise<void> {
    this.stopping.abort();
    this.stopped.resolve(null);
    const goodbye = this.live?.leave(text);
    const tooLong = setTimeout(() => this.live?.end({ end: 'stopped' }), goodbyeMs);
    await goodbye;
    await this.finished.promise;
    clearTimeout(tooLong);
  }

  /** What this session was opened with is another now: it is opened anew, and a pause is cut short. */
  redial(reason: string): void {
    this.live?.end({ end: 'lost', reason });
    this.wake?.();
  }

  /** May the worker start this attempt now? */
  decideStart(order: RunStep): StartVerdict {
    const { phase, epoch, lastRoundTripAtMs } = this.current;
    return mayStart(order, {
      epoch: phase === 'online' ? epoch : null,
      lastRoundTripAgeMs: lastRoundTripAtMs === null ? Infinity : this.parts.clock() - lastRoundTripAtMs,
      heartbeatMs: this.heartbeatMs,
      heartbeatsUntilLost: timeouts.heartbeatsUntilLost,
    });
  }

  /** An event was appended to the `control` stream. */
  eventsWait(): void {
    this.live?.eventsWait();
  }

  /** Something changed that the server should know before the next heartbeat. */
  reportNow(): void {
    this.live?.reportNow();
  }

  private async liveOnce(): Promise<SessionEnd> {
    this.change({ phase: 'connecting', epoch: null });
    this.live = new LiveSession(this.parts, {
      online: ({ grant, configuration, reconnectSlotMs }) => {
        this.heartbeatMs = configuration.heartbeatMs;
        this.reconnectSlotMs = reconnectSlotMs;
        this.change({ phase: 'online', epoch: grant.epoch, problem: null });
      },
      roundTrip: (lastRoundTripAtMs) => this.change({ lastRoundTripAtMs }),
    });
    const ended = await this.live.run();
    this.live = null;
    return ended;
  }

  /** Takes a round trip or several; by then nobody must take the session for alive, and a stop does not wait for it. */
  private async lookInto(ended: Exclude<SessionEnd, { end: 'stopped' }>): Promise<Finding | null> {
    const { phase, problem } = redialAfter(ended, null);
    this.change({ phase, epoch: null, problem });
    return Promise.race([this.parts.host.lookInto(ended), this.stopped.promise]);
  }

  private async pause({ phase, bounds, extraMs, problem }: Redial, failures: number): Promise<void> {
    this.change({ phase, epoch: null, problem });
    // The server's slot holds for one reconnect.
    const slotMs = this.reconnectSlotMs;
    this.reconnectSlotMs = 0;
    const delayMs = slotMs + extraMs + fullJitter(Math.max(0, failures - 1), bounds, Math.random());
    this.parts.host.note('the session ended', { problem, redialInMs: delayMs });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.wake = () => (clearTimeout(timer), resolve());
      this.stopping.signal.addEventListener('abort', this.wake, { once: true });
      if (this.isStopped()) this.wake();
    });
    this.wake = null;
  }

  private isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private change(next: Partial<SessionState>): void {
    this.current = { ...this.current, ...next };
    this.parts.host.sessionChanged(this.current);
  }
}
