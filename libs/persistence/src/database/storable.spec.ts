import fc from 'fast-check';
import { isStorable, storable } from './storable';

it('replaces NUL and halves of surrogate pairs, in keys and values, and nothing else', () => {
  expect(storable({ 'a\0': ['\0\0x', '\ud800', '😀', '\\u0000', '\\\0', '\udc00\ud800'] })).toEqual({
    'a\ufffd': ['\ufffd\ufffdx', '\ufffd', '😀', '\\u0000', '\\\ufffd', '\ufffd\ufffd'],
  });
});

it('leaves a value without them untouched', () => {
  const value = { a: [1, null, 'x\\u0000'] };
  expect(storable(value)).toEqual(value);
});

it('makes any text storable', () => {
  const texts = fc
    .array(fc.constantFrom('\0', '\\', 'u0000', '\ud800', '\udc00', 'x', '"'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      const made = storable({ text }).text;
      expect(isStorable(made)).toBe(true);
      expect(made).toBe(text.toWellFormed().replaceAll('\0', '\ufffd'));
    }),
  );
});
