/** What can be wrong with a journal. Codes are listed in docs/reference/errors.md. */
import { LongshoreError } from '@longshore/protocol';

interface Because {
  readonly cause?: unknown;
}

/** An entry or the file that holds it was changed by something else than the journal: nothing in it is believed. */
export class JournalDamagedError extends LongshoreError {
  constructor(problem: string, options: Because = {}) {
    super('JOURNAL_DAMAGED', 'stop', `the journal is damaged: ${problem}`, options);
  }
}

/** The journal is older than its witness: it was restored, copied back, or removed. It must not number anew. */
export class JournalRolledBackError extends LongshoreError {
  constructor(
    readonly foundSeq: number,
    readonly witnessedSeq: number,
  ) {
    super(
      'JOURNAL_ROLLED_BACK',
      'stop',
      `the journal ends at entry ${foundSeq}, but entry ${witnessedSeq} was once written: it went back in time`,
    );
  }
}

/** A batch could not be made durable (full disk, failed sync). None of it counts. */
export class JournalUnwritableError extends LongshoreError {
  constructor(problem: string, options: Because = {}) {
    super('JOURNAL_UNWRITABLE', 'retry', `the journal cannot be written: ${problem}`, options);
  }
}

/** Another message already stands under this number: one side went back in time. */
export class CommandConflictError extends LongshoreError {
  constructor(
    readonly seq: number,
    readonly recordedId: string,
    readonly receivedId: string,
  ) {
    super('COMMAND_CONFLICT', 'stop', `command ${seq} was ${recordedId} and is now ${receivedId}`);
  }
}
