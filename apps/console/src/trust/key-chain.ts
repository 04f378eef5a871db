/** Which keys has the server had, which has it, and which comes? In the order of the rotations. */
import type { ServerKeys } from '@longshore/rest-contract';

export interface ChainKey {
  readonly name: string;
  /** Of a key that comes: its commitment, for the key itself is not shown to anybody yet. */
  readonly fingerprint: string;
  readonly when: 'past' | 'now' | 'next';
}

/** A chain without the current key is normal before the first rotation. */
export function keysInOrder({ chain, fingerprint, nextCommitment }: ServerKeys): ChainKey[] {
  const known = [...chain].sort((a, b) => a.index - b.index).map((link) => link.fingerprint);
  const all = known.at(-1) === fingerprint ? known : [...known, fingerprint];
  const keys = all.map((key, index): ChainKey => {
    const isNow = index === all.length - 1;
    return { name: isNow ? 'Now' : `Key ${index + 1}`, fingerprint: key, when: isNow ? 'now' : 'past' };
  });
  return [...keys, { name: 'Next, announced', fingerprint: nextCommitment, when: 'next' }];
}
