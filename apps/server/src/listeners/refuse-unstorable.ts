/**
 * What the store cannot hold exactly is refused rather than changed: a text with NUL or half of a surrogate pair, in
 * a value or in the name of a field (docs/operations.md, API).
 */
import { isStorable } from '@longshore/persistence';
import { InputInvalidError } from '@longshore/protocol';

/** Throws InputInvalidError with the path of the text at fault; `path` is where the value stands. */
export function refuseUnstorable(value: unknown, path: readonly string[]): void {
  if (typeof value === 'string' && !isStorable(value)) {
    throw new InputInvalidError(path.join('.'), 'holds NUL or half of a character');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    refuseUnstorable(name, path);
    refuseUnstorable(member, [...path, name]);
  }
}
