import { createHash } from 'node:crypto';
import { brokerPasswordHash } from './random-secret';

describe("the broker's form of a secret", () => {
  it('is a salt and the SHA-256 of salt and password', () => {
    const stored = Buffer.from(brokerPasswordHash('test12'), 'base64');
    const expected = createHash('sha256').update(stored.subarray(0, 4)).update('test12').digest();
    expect(stored.subarray(4)).toEqual(expected);
    expect(brokerPasswordHash('test12')).not.toBe(stored.toString('base64'));
  });
});
