/**
 * What every error of ours carries, so that a caller can decide without reading prose.
 *
 * `code` is stable and listed in docs/reference/errors.md. `severity` says what the caller should do next:
 * `retry` (the same call may succeed later), `give-up` (this call never will, others may) or `stop` (this
 * process or connection must not go on).
 */
export type ErrorSeverity = 'retry' | 'give-up' | 'stop';

export class LongshoreError extends Error {
  constructor(
    readonly code: string,
    readonly severity: ErrorSeverity,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * Untrusted input that does not fit its schema. `field` is the path of the first value at fault, in dots
 * (`body.steps.0.needs`), or the empty string where the whole is at fault.
 */
export class InputInvalidError extends LongshoreError {
  constructor(
    readonly field: string,
    problem: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super('INPUT_INVALID', 'give-up', field === '' ? problem : `${field}: ${problem}`, options);
  }
}

/** Closes a switch over a union: adding a member that nobody handles becomes a compile error. */
export function assertNever(value: never): never {
  throw new LongshoreError('UNREACHABLE', 'stop', `no case for ${JSON.stringify(value)}`);
}
