import { markMatches } from './mark-matches';
import { plainStyle } from './text-style';

const red = { ...plainStyle, color: 1 };
const pieces = [
  { text: 'an err', style: plainStyle },
  { text: 'or, ERROR', style: red },
];

describe('marking matches', () => {
  it('cuts at the borders of matches, across colours and whatever the case', () => {
    const marked = markMatches(pieces, 'error').map(({ text, isMatch, style }) => [text, isMatch, style.color]);
    expect(marked).toEqual([
      ['an ', false, null],
      ['err', true, null],
      ['or', true, 1],
      [', ', false, 1],
      ['ERROR', true, 1],
    ]);
  });

  it('leaves pieces whole when nothing is searched or found', () => {
    expect(markMatches(pieces, '').map(({ text }) => text)).toEqual(['an err', 'or, ERROR']);
    expect(markMatches(pieces, 'absent').every(({ isMatch }) => !isMatch)).toBe(true);
  });

  it('loses no character', () => {
    for (const wanted of ['r', 'rr', 'error', 'an error, error', 'x']) {
      expect(
        markMatches(pieces, wanted)
          .map(({ text }) => text)
          .join(''),
      ).toBe('an error, ERROR');
    }
  });
});
