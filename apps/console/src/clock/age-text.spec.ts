import { ageText, agoText, durationText, roughText } from './age-text';

const minute = 60_000;
const hour = 60 * minute;

describe('an age', () => {
  it.each([
    [-500, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [minute + 1000, '1 min 1 s'],
    [hour - 1, '59 min 59 s'],
    [hour + 5 * minute, '1 h 5 min'],
    [24 * hour, '1 d'],
    [50 * hour, '2 d 2 h'],
  ])('of %i ms reads %s', (ms, text) => expect(ageText(ms)).toBe(text));
});

describe('a duration', () => {
  it.each([
    [0, '0.0 s'],
    [432, '0.4 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_600, '1 min'],
  ])('of %i ms reads %s', (ms, text) => expect(durationText(ms)).toBe(text));
});

describe('a moment', () => {
  it.each([
    [200, 'just now'],
    [4000, '4 s ago'],
    [3 * minute + 20_000, '3 min ago'],
    [25 * hour, '1 d 1 h ago'],
  ])('%i ms back reads %s', (ms, text) => expect(agoText(ms)).toBe(text));
});

it.each([
  [1200, '1.2 s'],
  [3 * minute + 20_000, '3 min'],
  [25 * hour, '1 d'],
])('%i ms are roughly %s', (ms, text) => expect(roughText(ms)).toBe(text));
