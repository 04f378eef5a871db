import { processDefinitionSchema } from '@longshore/rest-contract';
import { changeStep, definitionOf, draftOf, freeStepName, moveStep, newStep, removeStep } from './process-draft';
import { newSecureInput } from './secure-inputs';

const definition = processDefinitionSchema.parse({
  name: 'deploy',
  steps: [
    {
      name: 'build',
      inputs: { script: 'make' },
      secureInputs: { token: null },
      environment: { A: '1=2', B: '' },
      workingDirectory: '/srv',
    },
    { name: 'test', inputs: { script: 'make test' }, needs: ['build'], agents: { tags: ['linux'] }, retry: 'safe' },
    { name: 'ship', inputs: { script: 'x' }, needs: [{ step: 'test', on: 'same-agent' }, 'build'], timeoutSeconds: 5 },
    {
      name: 'tell',
      plugIn: 'acme.mail',
      type: 'send',
      inputs: { to: 'a', copies: 2, html: true },
      agents: { ids: ['a-1'] },
    },
  ],
});

describe('a draft', () => {
  it('gives back the definition that it was made of', () => {
    expect(processDefinitionSchema.parse(definitionOf(draftOf(definition)))).toEqual(definition);
  });

  it('keeps needs when a step is renamed', () => {
    const draft = draftOf(definition);
    const renamed = changeStep(draft, draft.steps[0]?.key ?? '', { name: 'compile' });
    expect(processDefinitionSchema.parse(definitionOf(renamed)).steps[2]?.needs[1]).toEqual({
      step: 'compile',
      on: 'every-agent',
    });
  });

  it('drops needs of a step that is removed', () => {
    const draft = draftOf(definition);
    const shorter = removeStep(draft, draft.steps[1]?.key ?? '');
    expect(processDefinitionSchema.parse(definitionOf(shorter)).steps.map(({ needs }) => needs.length)).toEqual([
      0, 1, 0,
    ]);
  });

  it('gives an input that became secure in no other way', () => {
    const [first] = draftOf(definition).steps;
    const secureInputs = [{ ...newSecureInput('script'), value: 'make' }];
    const draft = { name: 'x', description: '', steps: [{ ...newStep('a'), ...first, secureInputs }] };
    expect(definitionOf(draft).steps[0]).toMatchObject({ inputs: {}, secureInputs: { script: 'make' } });
  });

  it('moves a step', () => {
    const names = moveStep(draftOf(definition), 0, 2).steps.map(({ name }) => name);
    expect(names).toEqual(['test', 'ship', 'build', 'tell']);
  });

  it('finds a free name', () => {
    const draft = { name: '', description: '', steps: [newStep('step 2')] };
    expect(freeStepName(draft)).toBe('step 3');
  });

  it('leaves a wrong environment line for the schema to refuse', () => {
    const draft = { name: 'x', description: '', steps: [{ ...newStep('a'), environment: '9X=1' }] };
    const parsed = processDefinitionSchema.safeParse(definitionOf(draft));
    expect(parsed.error?.issues[0]?.path.slice(0, 3)).toEqual(['steps', 0, 'environment']);
  });
});
