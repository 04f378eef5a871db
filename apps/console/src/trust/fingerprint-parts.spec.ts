import { compareFingerprint, fingerprintGroups, shortFingerprint } from './fingerprint-parts';

const one = 'sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const other = 'sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFX=';

describe('a fingerprint', () => {
  it('is cut into groups that give it back', () => {
    expect(fingerprintGroups(one)).toHaveLength(11);
    expect(`sha256/${fingerprintGroups(one).join('')}`).toBe(one);
  });

  it('is short with its beginning and its end', () => expect(shortFingerprint(one)).toBe('47DEQpj8…SuFU='));

  it('of another form is shown as it is', () => {
    expect(shortFingerprint('abc')).toBe('abc');
    expect(fingerprintGroups('')).toEqual([]);
  });
});

describe('comparing', () => {
  it('marks the one group that differs', () => {
    const marked = compareFingerprint(one, other).filter(({ differs }) => differs);
    expect(marked).toEqual([{ text: 'uFU=', differs: true }]);
  });

  it('marks nothing of the same key', () => {
    expect(compareFingerprint(one, one).some(({ differs }) => differs)).toBe(false);
  });

  it('marks what the other does not have', () => {
    expect(compareFingerprint('sha256/abcdefgh', 'sha256/abcd')).toEqual([
      { text: 'abcd', differs: false },
      { text: 'efgh', differs: true },
    ]);
  });
});
