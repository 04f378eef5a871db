/** Why a piece of log was not taken, or a log cannot be given (docs/reference/errors.md). */
import { LongshoreError } from '@longshore/protocol';
import { RequestRefusedError } from '../listeners/request-refused-error';

/** The agent keeps the bytes and tries again; nothing that was committed is touched. */
export class LogSpaceExhaustedError extends RequestRefusedError {
  constructor(options: { readonly cause?: unknown } = {}) {
    super(507, 'LOG_SPACE_EXHAUSTED', 'the server has no space left for logs', { ...options, retryAfterMs: 10_000 });
  }
}

export class LogPieceShortError extends RequestRefusedError {
  constructor(announced: number, came: number) {
    super(400, 'LOG_PIECE_SHORT', `${announced} bytes were announced, ${came} came`, {
      field: 'content-range',
      severity: 'retry',
    });
  }
}

/** Part of the committed bytes is gone from the disk: an operator has to restore it. */
export class LogDamagedError extends LongshoreError {
  constructor(path: string) {
    super('LOG_DAMAGED', 'stop', `${path} is shorter than what was committed`);
  }
}
