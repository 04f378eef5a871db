import { refuseUnstorable } from './refuse-unstorable';

it.each([
  ['a\0b', ['id'], 'id: holds NUL'],
  [{ steps: [{}, { inputs: { script: 'a\0b' } }] }, [], 'steps.1.inputs.script: holds NUL'],
  [{ environment: { A: '\ud800' } }, [], 'environment.A: holds NUL'],
  [{ environment: { 'A\0': 'x' } }, [], 'environment: holds NUL'],
])('refuses %j by the path of the text', (value, path, message) => {
  expect(() => refuseUnstorable(value, path)).toThrow(message);
});

it('takes every other character, and values that are no text', () => {
  expect(() => refuseUnstorable({ a: ['\u0001 ü 😀', 1, null, true] }, [])).not.toThrow();
});
