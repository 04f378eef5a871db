import { otherDetailsOf, refusedKeysOf } from './refused-keys';

describe('the keys of a security event', () => {
  it('are what was expected and what came', () => {
    const details = { leg: 'https', expected: 'sha256/a', presented: 'sha256/b' };
    expect(refusedKeysOf({ details })).toEqual(details);
  });

  it('are none where no key is named', () => {
    expect(refusedKeysOf({ details: null })).toBeNull();
    expect(refusedKeysOf({ details: { leg: 'amqp', seq: 4 } })).toBeNull();
  });

  it('may be one alone, and nonsense is left out', () => {
    const details = { expected: 7, presented: 'sha256/b' };
    expect(refusedKeysOf({ details })).toEqual({ leg: null, expected: null, presented: 'sha256/b' });
  });

  it('leave the other details for reading', () => {
    const details = { leg: 'https', presented: 'x', address: '10.0.0.7', tries: 3 };
    expect(otherDetailsOf({ details })).toEqual([
      ['address', '10.0.0.7'],
      ['tries', '3'],
    ]);
    expect(otherDetailsOf({ details: { leg: 'amqp' } })).toEqual([['leg', 'amqp']]);
  });
});
