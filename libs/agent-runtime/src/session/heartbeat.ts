/**
 * Does the server still answer? Each heartbeat sends `agent.status`, and the server's `ack` in reply to it is the
 * round trip whose age decides everything (docs/protocol.md, Starting work). Two heartbeats without one end the
 * session: the line may be half-open, which no socket tells.
 *
 * Ends when it is stopped, or by itself after it has called `lost` once.
 */
import type { MessageId } from '@longshore/protocol';
import type { Clock } from '../home/boot-clock';

export interface HeartbeatOptions {
  readonly heartbeatMs: number;
  readonly heartbeatsUntilLost: number;
  readonly clock: Clock;
  /** Moment of the round trip that the welcome completed. */
  readonly lastRoundTripAtMs: number;
  /** Sends a report and answers its id. */
  readonly report: () => MessageId;
  readonly roundTrip: (sentAtMs: number) => void;
  readonly lost: () => void;
}

export class Heartbeat {
  private readonly unanswered = new Map<MessageId, number>();
  private readonly timer: NodeJS.Timeout;
  private lastRoundTripAtMs: number;
  private nextReportAtMs: number;

  constructor(private readonly options: HeartbeatOptions) {
    this.lastRoundTripAtMs = options.lastRoundTripAtMs;
    this.nextReportAtMs = options.clock();
    this.timer = setInterval(() => this.look(), Math.max(10, options.heartbeatMs / 8));
    this.look();
  }

  /** An `ack` came; not every one answers a report. */
  answered(inReplyTo: MessageId): void {
    const sentAtMs = this.unanswered.get(inReplyTo);
    if (sentAtMs === undefined) return;
    for (const [id, sentMs] of this.unanswered) if (sentMs <= sentAtMs) this.unanswered.delete(id);
    this.lastRoundTripAtMs = Math.max(this.lastRoundTripAtMs, sentAtMs);
    this.options.roundTrip(this.lastRoundTripAtMs);
  }

  /** Something changed that the server should know before the next heartbeat. */
  reportNow(): void {
    this.nextReportAtMs = this.options.clock();
    this.look();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { clock, heartbeatMs, heartbeatsUntilLost, report, lost } = this.options;
    const nowMs = clock();
    if (nowMs - this.lastRoundTripAtMs > heartbeatMs * heartbeatsUntilLost) {
      this.stop();
      return lost();
    }
    if (nowMs < this.nextReportAtMs) return;
    this.nextReportAtMs = nowMs + heartbeatMs;
    this.unanswered.set(report(), nowMs);
  }
}
