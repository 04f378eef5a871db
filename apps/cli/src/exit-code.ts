/** What does the command's exit say to a script? Documented in docs/operations.md, Command line. */
import { InputInvalidError } from '@longshore/protocol';
import { ApiRefusedError, ApiUnreachableError } from '@longshore/rest-client';
import type { RunState } from '@longshore/rest-contract';
import { UsageInvalidError } from './cli-errors';

export const exitCodes = { succeeded: 0, failed: 1, usage: 2, cancelled: 3, unreachable: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A run that is still going, asked for once, is no failure. */
export function exitCodeOfRun(state: RunState): ExitCode {
  switch (state) {
    case 'running':
    case 'succeeded':
      return exitCodes.succeeded;
    case 'failed':
      return exitCodes.failed;
    case 'cancelled':
      return exitCodes.cancelled;
  }
}

export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof UsageInvalidError || error instanceof InputInvalidError) return exitCodes.usage;
  if (error instanceof ApiRefusedError && error.status === 400) return exitCodes.usage;
  return error instanceof ApiUnreachableError ? exitCodes.unreachable : exitCodes.failed;
}
