/**
 * What do monitor and worker say to each other? A closed union per arrow, over the child process's IPC channel
 * (docs/protocol.md, Monitor, worker, step host). A message with an `id` is a question and gets one `answer` that
 * names it; everything else is told, not asked.
 */
import type { AttemptId, EventMessage, PinRefused, StepEnded } from '@longshore/protocol';
import type { RunStep } from '@longshore/protocol';
import type { OpenOrder } from '../journal/journal';

/** What the worker needs to know of the session: to stamp what it sends, and how often to ping. */
export interface SessionNews {
  readonly isOnline: boolean;
  readonly heartbeatMs: number;
}

export type MonitorToWorker =
  /** The first word: what is open, to be taken up where it stands. */
  | {
      readonly kind: 'begin';
      readonly maxParallel: number | null;
      readonly attempts: readonly OpenOrder[];
      readonly session: SessionNews;
    }
  | { readonly kind: 'run'; readonly order: RunStep }
  | { readonly kind: 'cancel'; readonly attemptId: AttemptId; readonly reason: string }
  /** None of ours any more, and not started: it never will be. */
  | { readonly kind: 'drop'; readonly attemptId: AttemptId }
  /** To be posted over HTTPS until the server has it; may repeat what the worker holds already. */
  | { readonly kind: 'post-work'; readonly messages: readonly EventMessage[] }
  /** The server has the last word of these: what is left of them on disk can go. */
  | { readonly kind: 'discard'; readonly attemptIds: readonly AttemptId[] }
  | { readonly kind: 'session'; readonly session: SessionNews }
  | { readonly kind: 'answer'; readonly to: number; readonly problem: string | null }
  /** Let go of everything and exit; steps go on. */
  | { readonly kind: 'stop' };

export type WorkerQuestion =
  | { readonly kind: 'accepted'; readonly attemptId: AttemptId }
  /** May this attempt start? Answered when it may and its start is on disk, or with a problem when it never may. */
  | { readonly kind: 'start'; readonly attemptId: AttemptId }
  | { readonly kind: 'ended'; readonly ended: StepEnded };

export type WorkerToMonitor =
  | (WorkerQuestion & { readonly id: number })
  /** Begin, please. */
  | { readonly kind: 'ready' }
  /** The server's store has the `work` stream up to here. */
  | { readonly kind: 'work-acknowledged'; readonly seq: number }
  | { readonly kind: 'load'; readonly running: number; readonly waiting: number }
  /** An HTTPS request was answered that was sent at this moment of the boot clock. */
  | { readonly kind: 'round-trip'; readonly sentAtMs: number }
  | { readonly kind: 'https-problem'; readonly problem: string }
  | { readonly kind: 'pin-refused'; readonly refused: PinRefused };
