/** Why the pool could not bring an attempt to its end. The step itself may well be running: its folder tells. */
import { LongshoreError } from '@longshore/protocol';
import type { ThreadProblem } from './pool-message';

/** The worker is going; the next one resumes the attempt. */
export class AttemptPoolStoppedError extends LongshoreError {
  constructor() {
    super('ATTEMPT_POOL_STOPPED', 'retry', 'the attempt pool was stopped');
  }
}

/** What a thread said of an attempt that it could not follow. */
export class AttemptFollowingError extends LongshoreError {
  constructor({ code, severity, message }: ThreadProblem) {
    super('ATTEMPT_FOLLOWING', severity, `${code}: ${message}`);
  }
}

/** It took the same attempt's threads down again and again. */
export class AttemptThreadCrashedError extends LongshoreError {
  constructor(crashes: number, cause: unknown) {
    super('ATTEMPT_THREAD_CRASHED', 'give-up', `${crashes} threads crashed while they followed this attempt`, {
      cause,
    });
  }
}
