/**
 * Why did a call of the REST API not give its answer? One class per reason, so that a caller can tell a refusal
 * (the server understood and said no) from a server that could not be asked. Codes: docs/reference/errors.md.
 */
import { LongshoreError, type ErrorSeverity } from '@longshore/protocol';

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Path of the field at fault in dots, as the server names it (`body.steps.0.needs`). */
  readonly field: string | null;
}

/** The server answered and refused. Its own code and sentence are kept as they are. */
export class ApiRefusedError extends LongshoreError {
  readonly status: number;
  readonly field: string | null;

  constructor({ status, code, message, field }: Refusal) {
    super(code, severityOf(status), message);
    this.status = status;
    this.field = field;
  }
}

/** No answer: name resolution, a closed port, a pin that does not match, a line that broke. The cause says which. */
export class ApiUnreachableError extends LongshoreError {
  constructor(
    readonly server: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(
      'API_UNREACHABLE',
      severityOfCause(options.cause),
      `${server} cannot be reached${because(options.cause)}`,
      options,
    );
  }
}

/** The server answered with something that is not its contract: another version, or a proxy's own page. */
export class ApiAnswerInvalidError extends LongshoreError {
  constructor(
    readonly request: string,
    problem: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super('API_ANSWER_INVALID', 'give-up', `the answer to ${request} is not understood: ${problem}`, options);
  }
}

function severityOf(status: number): ErrorSeverity {
  return status >= 500 || status === 408 || status === 429 ? 'retry' : 'give-up';
}

/** A refused pin will not come right by asking again. */
function severityOfCause(cause: unknown): ErrorSeverity {
  const inner = innermost(cause);
  return inner instanceof LongshoreError ? inner.severity : 'retry';
}

function because(cause: unknown): string {
  const inner = innermost(cause);
  return inner instanceof Error && inner.message !== '' ? `: ${inner.message}` : '';
}

/** `fetch` wraps what really happened in a TypeError that says "fetch failed". */
function innermost(cause: unknown): unknown {
  if (cause instanceof LongshoreError) return cause;
  return cause instanceof Error && cause.cause !== undefined ? innermost(cause.cause) : cause;
}
