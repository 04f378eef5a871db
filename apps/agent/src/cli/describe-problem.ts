/** What does a person, or a script, get to read of a failure? Code, message and the field or flag at fault; no stack. */
import { InputInvalidError, LongshoreError } from '@longshore/protocol';

export interface DescribedProblem {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

export function describeProblem(cause: unknown): DescribedProblem {
  if (cause instanceof InputInvalidError) {
    return { code: cause.code, message: cause.message, ...(cause.field === '' ? {} : { field: cause.field }) };
  }
  if (cause instanceof LongshoreError) {
    const field = 'field' in cause && typeof cause.field === 'string' ? { field: cause.field } : {};
    return { code: cause.code, message: cause.message, ...field };
  }
  return { code: 'UNEXPECTED', message: cause instanceof Error ? cause.message : String(cause) };
}
