import fc from 'fast-check';
import { fingerprintSchema } from '@longshore/protocol';
import { decidePin } from './decide-pin';

const aFingerprint = (n: number) => fingerprintSchema.parse(`sha256/${Buffer.alloc(32, n).toString('base64')}`);
const [one, two, three] = [aFingerprint(1), aFingerprint(2), aFingerprint(3)];

describe('decidePin', () => {
  it('matches any pinned key, in first contact or not', () => {
    for (const firstContact of [true, false]) {
      expect(decidePin({ pins: [one, two], presented: two, firstContact })).toEqual({
        verdict: 'match',
        fingerprint: two,
      });
    }
  });

  it('pins a first key only in first contact', () => {
    expect(decidePin({ pins: [], presented: one, firstContact: true })).toEqual({
      verdict: 'first-contact',
      fingerprint: one,
    });
    expect(decidePin({ pins: [], presented: one, firstContact: false })).toEqual({
      verdict: 'mismatch',
      expected: [],
      presented: one,
    });
  });

  it('shows both sides of a mismatch, which first contact does not heal', () => {
    expect(decidePin({ pins: [one, two], presented: three, firstContact: true })).toEqual({
      verdict: 'mismatch',
      expected: [one, two],
      presented: three,
    });
  });

  it('never lets a peer without a key pass', () => {
    expect(decidePin({ pins: [], presented: null, firstContact: true })).toEqual({ verdict: 'no-key', expected: [] });
  });

  it('never accepts an unpinned key while a pin exists', () => {
    const keys = fc.integer({ min: 0, max: 255 }).map(aFingerprint);
    fc.assert(
      fc.property(fc.array(keys, { minLength: 1 }), keys, fc.boolean(), (pins, presented, firstContact) => {
        const { verdict } = decidePin({ pins, presented, firstContact });
        expect(verdict).toBe(pins.includes(presented) ? 'match' : 'mismatch');
      }),
    );
  });
});
