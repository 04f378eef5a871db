/** What can go wrong between a worker and its step host. */
import { LongshoreError } from '@longshore/protocol';

/** Normal while a host is being replaced: requests are idempotent, so the link asks again. */
export class StepHostLostError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('STEP_HOST_LOST', 'retry', problem, options);
  }
}

/** No host came up in time: a broken installation, no memory, or no right to the run folder. */
export class StepHostUnavailableError extends LongshoreError {
  constructor(problem: string, options: { readonly cause?: unknown } = {}) {
    super('STEP_HOST_UNAVAILABLE', 'retry', problem, options);
  }
}

/** The host could not even claim the attempt (disk full, folder gone): nothing was started. */
export class StepHostRefusedError extends LongshoreError {
  constructor(problem: string) {
    super('STEP_HOST_REFUSED', 'give-up', `the step host refused: ${problem}`);
  }
}
