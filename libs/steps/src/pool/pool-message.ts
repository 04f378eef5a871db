/**
 * What do the worker's main thread and a pool thread say to each other? A closed union per arrow. Everything is about
 * one attempt, named by its id; an attempt lives on one thread at a time.
 */
import type { AttemptId, ErrorSeverity, StepEnded } from '@longshore/protocol';
import type { AttemptOrder } from '../attempt/attempt-order';

interface AboutAttempt {
  readonly attemptId: AttemptId;
}

export type PoolToThread =
  | (AboutAttempt & { readonly kind: 'perform'; readonly order: AttemptOrder; readonly folderPath: string })
  | (AboutAttempt & { readonly kind: 'resume'; readonly folderPath: string })
  | (AboutAttempt & { readonly kind: 'cancel' })
  /** The answer to `record-start`; `problem` not null: do not start. */
  | (AboutAttempt & { readonly kind: 'start-recorded'; readonly problem: string | null });

export type ThreadToPool =
  | (AboutAttempt & { readonly kind: 'record-start' })
  | (AboutAttempt & { readonly kind: 'ended'; readonly ended: StepEnded })
  /** The thread lives, the attempt could not be followed to its end; an error cannot cross whole. */
  | (AboutAttempt & { readonly kind: 'failed'; readonly problem: ThreadProblem });

export interface ThreadProblem {
  readonly code: string;
  readonly severity: ErrorSeverity;
  readonly message: string;
}
