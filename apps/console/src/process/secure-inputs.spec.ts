import { changeSecureInput, nameProblem, newSecureInput, secureInputDraftsOf, secureInputsOf } from './secure-inputs';

describe('secure inputs', () => {
  it('that are kept stay so', () => {
    const drafts = secureInputDraftsOf({ token: null });
    expect(drafts[0]).toMatchObject({ name: 'token', value: null, isKept: true });
    expect(secureInputsOf(drafts)).toEqual({ token: null });
  });

  it('can be replaced, and the kept value taken back', () => {
    const drafts = secureInputDraftsOf({ token: null, other: null });
    const key = drafts[0]?.key ?? '';
    const replaced = changeSecureInput(drafts, key, { value: 'new' });
    expect(secureInputsOf(replaced)).toEqual({ token: 'new', other: null });
    expect(replaced[0]?.isKept).toBe(true);
    expect(secureInputsOf(changeSecureInput(replaced, key, { value: null }))).toEqual({ token: null, other: null });
  });

  it('without name and value are left out', () => {
    expect(secureInputsOf([newSecureInput(''), { ...newSecureInput('a'), value: 'x' }])).toEqual({ a: 'x' });
  });

  it('need a name of their own', () => {
    const one = { ...newSecureInput('a'), value: 'x' };
    const other = newSecureInput('a');
    const nameless = { ...newSecureInput(''), value: 'x' };
    expect(nameProblem([one, other], other)).toBe('There is another of this name');
    expect(nameProblem([one], one)).toBeNull();
    expect(nameProblem([nameless], nameless)).toBe('It needs a name');
    expect(nameProblem([newSecureInput('')], newSecureInput(''))).toBeNull();
  });
});
