/** What must be recorded before a step may start; the journal's one writer lives in the monitor. */
import type { AttemptId } from '@longshore/protocol';

export abstract class AttemptJournal {
  /**
   * Resolves when the start record is synced. Only then is the host asked to start, so that a step of retry class
   * `never` is started at most once (docs/protocol.md, Attempt states). A rejection means: do not start.
   */
  abstract recordStart(attemptId: AttemptId): Promise<void>;
}
