/** Was this failure, under whatever a client library wrapped it in, a wrong key at the other end? */
import type { PinRefused } from '@longshore/protocol';
import { PinMismatchError } from '@longshore/tls';

export function findPinMismatch(problem: unknown): PinMismatchError | null {
  let cause = problem;
  // Socket.IO hides the cause two levels deep.
  for (let depth = 0; depth < 5 && typeof cause === 'object' && cause !== null; depth += 1) {
    if (cause instanceof PinMismatchError) return cause;
    const { cause: inner, description, error } = cause as Record<'cause' | 'description' | 'error', unknown>;
    cause = inner ?? description ?? error;
  }
  return null;
}

export function pinRefusedBy({ peer, expected, presented }: PinMismatchError, leg: PinRefused['leg']): PinRefused {
  return { leg, address: peer, expected: [...expected], presented };
}
