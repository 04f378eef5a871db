import type { ServerKeys } from '@longshore/rest-contract';
import { keysInOrder } from './key-chain';

const keys = (chain: string[], fingerprint: string): ServerKeys => ({
  fingerprint,
  nextCommitment: 'n',
  nextKeyHeld: true,
  rotations: Math.max(0, chain.length - 1),
  chain: chain.map((each, index) => ({ index, fingerprint: each, nextCommitment: 'x' })).reverse(),
  dataKeyId: 'd',
});

describe("the server's keys in order", () => {
  it('end with the one that is announced', () => {
    expect(keysInOrder(keys(['a', 'b'], 'b')).map(({ fingerprint, when }) => [fingerprint, when])).toEqual([
      ['a', 'past'],
      ['b', 'now'],
      ['n', 'next'],
    ]);
  });

  it('hold the current key although no rotation has been', () => {
    expect(keysInOrder(keys([], 'a')).map(({ name }) => name)).toEqual(['Now', 'Next, announced']);
  });
});
