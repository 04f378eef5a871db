/**
 * A refusal at the edge: what is wrong (a stable code), and with which HTTP status it is answered. Errors of the
 * libraries know no HTTP; their statuses stand in `problem-of.ts`.
 */
import { type ErrorSeverity, LongshoreError } from '@longshore/protocol';

export interface RefusalDetail {
  readonly cause?: unknown;
  readonly field?: string;
  /** Answered as `retry-after`, in whole seconds. */
  readonly retryAfterMs?: number;
  readonly severity?: ErrorSeverity;
}

export class RequestRefusedError extends LongshoreError {
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 416 | 429 | 503 | 507,
    code: string,
    message: string,
    { cause, field, retryAfterMs, severity }: RefusalDetail = {},
  ) {
    super(code, severity ?? (status === 429 || status === 503 || status === 507 ? 'retry' : 'give-up'), message, {
      cause,
    });
    this.field = field;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The usual refusals, so that every route words them alike. */
export const unknownThing = (what: string, name: string): RequestRefusedError =>
  new RequestRefusedError(
    404,
    `${what.toUpperCase().replaceAll(' ', '_')}_UNKNOWN`,
    `there is no ${what} ${JSON.stringify(name.slice(0, 100))}`,
  );
