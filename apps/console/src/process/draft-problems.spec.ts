import { draftProblems } from './draft-problems';
import { newStep } from './process-draft';
import { newSecureInput, type SecureInputDraft } from './secure-inputs';

const withSecure = (...secureInputs: SecureInputDraft[]) => ({
  name: 'deploy',
  description: '',
  steps: [{ ...newStep('build'), secureInputs }],
});

describe('problems of a draft', () => {
  it('are none when all is right', () => {
    const token = { ...newSecureInput('token'), value: 'x' };
    expect(draftProblems(withSecure(token, newSecureInput(''))).size).toBe(0);
  });

  it('are what the schema finds', () => {
    expect([...draftProblems({ ...withSecure(), name: '' }).keys()]).toEqual(['name']);
  });

  it('are secure inputs without a value, without a name, or of the same name', () => {
    const empty = newSecureInput('token');
    const nameless = { ...newSecureInput(''), value: 'x' };
    expect([...draftProblems(withSecure(empty)).keys()]).toEqual(['steps.0.secureInputs.token']);
    expect([...draftProblems(withSecure(nameless)).keys()]).toEqual(['steps.0.secureInputs.']);
    const one = { ...newSecureInput('a'), value: 'x' };
    expect(draftProblems(withSecure(one, { ...newSecureInput('a'), value: 'y' })).size).toBe(1);
  });
});
