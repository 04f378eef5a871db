/**
 * Which processes live on this machine, and is this still the one we started? A pid alone says nothing: it is
 * reused. A pid with its start time and the boot it belongs to names one process for ever.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the system words it: opaque, compared only for equality. */
  readonly startTime: string;
  readonly bootId: string;
}

export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  readonly startTime: string;
  /** Ended, and only waiting for its parent to ask how (a zombie). Counts as gone. */
  readonly ended: boolean;
}

export abstract class ProcessTable {
  abstract bootId(): string;

  /** Synchronous, because right after a spawn only the same turn of the event loop is sure to find the process. */
  abstract find(pid: number): ProcessEntry | undefined;

  abstract snapshot(): Promise<readonly ProcessEntry[]>;

  /** Whether the process was started with this nonce in its environment; false where the system does not say. */
  abstract carriesNonce(pid: number, nonce: string): Promise<boolean>;

  /** A process that is already gone is not an error. */
  signal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone, or not ours any more: the next look at the table tells.
    }
  }

  identify(pid: number): ProcessIdentity {
    return { pid, startTime: this.find(pid)?.startTime ?? 'unseen', bootId: this.bootId() };
  }

  isAlive(identity: ProcessIdentity): boolean {
    if (identity.bootId !== this.bootId()) return false;
    const entry = this.find(identity.pid);
    return entry !== undefined && !entry.ended && entry.startTime === identity.startTime;
  }
}
