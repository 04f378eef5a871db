import { InputInvalidError, limits } from '@longshore/protocol';
import { parseContentRange } from './parse-content-range';

describe('the range of a piece of log', () => {
  it.each([
    ['bytes 0-99/*', { from: 0, length: 100, last: false }],
    ['bytes 100-149/150', { from: 100, length: 50, last: true }],
    ['bytes */150', { from: 150, length: 0, last: true }],
    ['bytes */0', { from: 0, length: 0, last: true }],
  ])('%s', (header, range) => expect(parseContentRange(header)).toEqual(range));

  it.each([
    undefined,
    '',
    'bytes 0-99',
    'bytes */*',
    'bytes 5-3/*',
    'bytes 0-9/11',
    'bytes -1-9/*',
    'octets 0-9/*',
    `bytes 0-${limits.logPieceBytes}/*`,
    'bytes 99999999999999999999-99999999999999999999/*',
  ])('is refused: %s', (header) => expect(() => parseContentRange(header)).toThrow(InputInvalidError));
});
