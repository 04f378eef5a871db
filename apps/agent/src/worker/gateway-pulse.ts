/**
 * Is the HTTPS leg alive? Asked once per heartbeat, so that the status tells the truth also when there is nothing to
 * send (docs/protocol.md, Web wire). Ends when it is stopped.
 */
import { timeouts } from '@longshore/protocol';
import { bootClock } from '@longshore/agent-runtime';

export interface GatewayPulseParts {
  readonly ping: () => Promise<void>;
  readonly roundTrip: (sentAtMs: number) => void;
  readonly problem: (cause: unknown) => void;
}

export class GatewayPulse {
  private timer: NodeJS.Timeout | undefined;
  private heartbeatMs: number = timeouts.heartbeatMs;
  private stopped = false;

  constructor(private readonly parts: GatewayPulseParts) {}

  /** Beats at once and then once per heartbeat. */
  beatEvery(heartbeatMs: number): void {
    this.heartbeatMs = heartbeatMs;
    clearTimeout(this.timer);
    void this.beat();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async beat(): Promise<void> {
    const sentAtMs = bootClock();
    try {
      await this.parts.ping();
      if (!this.stopped) this.parts.roundTrip(sentAtMs);
    } catch (cause) {
      if (!this.stopped) this.parts.problem(cause);
    }
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.beat(), this.heartbeatMs);
  }
}
