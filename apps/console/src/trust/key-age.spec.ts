import { keyAgeText } from './key-age';

const dayMs = 86_400_000;
const at = (days: number, maxAgeDays: number | null): string =>
  keyAgeText({ pinnedAtMs: 1000, nowMs: 1000 + days * dayMs, maxAgeDays });

describe("a key's age", () => {
  it.each([
    [0.5, null, '12 h old'],
    [1, null, '1 day old'],
    [400.9, null, '400 days old'],
    [10, 30, '10 days old, replaced in 20 days'],
    [27.9, 30, '27 days old, replaced in 3 days'],
    [29.5, 30, '29 days old, replaced in less than a day'],
    [30, 30, '30 days old, due for replacement (after 30 days)'],
    [2, 1, '2 days old, due for replacement (after 1 day)'],
  ])('after %p days under a limit of %p', (days, limit, text) => expect(at(days, limit)).toBe(text));

  it('is none for a clock that is behind', () => expect(at(-1, null)).toBe('0 s old'));
});
