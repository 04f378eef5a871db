/**
 * The worker's end of the IPC channel to its monitor. When the monitor dies the channel breaks, and the worker ends
 * with it; its steps do not (docs/protocol.md, Monitor, worker, step host).
 */
import { LongshoreError } from '@longshore/protocol';
import { MessageLane } from './message-lane';
import type { MonitorToWorker, WorkerQuestion, WorkerToMonitor } from './worker-messages';

export class MonitorMissingError extends LongshoreError {
  constructor() {
    super('MONITOR_MISSING', 'stop', 'a worker is started by its monitor only');
  }
}

/** The monitor said no; its word is the message. */
export class MonitorRefusedError extends LongshoreError {
  constructor(problem: string) {
    super('MONITOR_REFUSED', 'retry', problem);
  }
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class MonitorLink {
  private readonly waiting = new Map<number, Waiting>();
  private readonly lane: MessageLane<WorkerToMonitor>;
  private lastId = 0;

  constructor(hear: (message: Exclude<MonitorToWorker, { kind: 'answer' }>) => void, monitorGone: () => void) {
    if (process.send === undefined) throw new MonitorMissingError();
    this.lane = new MessageLane((message, taken) => process.send?.(message, undefined, undefined, taken));
    process.on('message', (message: MonitorToWorker) => {
      if (message.kind === 'answer') this.settle(message.to, message.problem);
      else hear(message);
    });
    process.once('disconnect', monitorGone);
  }

  tell(message: WorkerToMonitor): void {
    this.lane.say(message);
  }

  /** Resolves when the monitor has done it and recorded it. */
  async ask(question: WorkerQuestion): Promise<void> {
    const id = (this.lastId += 1);
    await new Promise<void>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.tell({ ...question, id });
    });
  }

  private settle(id: number, problem: string | null): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (problem === null) waiting?.resolve();
    else waiting?.reject(new MonitorRefusedError(problem));
  }
}
