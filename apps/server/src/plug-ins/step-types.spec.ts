import { processDefinitionSchema, stepDefinitionSchema, type StepType } from '@longshore/rest-contract';
import { checkSecureInputs } from './check-secure-inputs';
import { checkSteps, findStepType, resolveInputs } from './step-types';

function saving(step: object): () => void {
  const fine = { name: 'fine', inputs: { script: 'true' } };
  return () => checkSteps(processDefinitionSchema.parse({ name: 'p', steps: [fine, { name: 'checked', ...step }] }));
}

it.each([
  [{ plugIn: 'acme' }, 'steps.1.plugIn: there is no plug-in "acme"'],
  [{ type: 'perl' }, 'steps.1.type: longshore.shell has no step type "perl", only shell'],
  [{ inputs: {} }, 'steps.1.inputs.script: is required'],
  [{ inputs: { script: '' } }, 'steps.1.inputs.script: is required'],
  [{ inputs: { script: 1 } }, 'steps.1.inputs.script: must be a string'],
  [{ inputs: { script: 'x', colour: 'red' } }, 'steps.1.inputs.colour: Shell script takes no such input'],
  [{ inputs: { script: 'x'.repeat(300_000) } }, 'steps.1.inputs: are larger than 262144 bytes'],
])('refuses %j by the path of the field', (step, message) => {
  expect(saving(step)).toThrow(message);
});

describe('secure inputs', () => {
  const script = 'true';
  it.each([
    [{ inputs: { script }, secureInputs: { script } }, 'steps.1.secureInputs.script: stands in inputs as well'],
    [{ inputs: { script }, secureInputs: { interpreter: 'sh' } }, 'steps.1.secureInputs.interpreter: cannot be kept'],
    [{ inputs: { script }, secureInputs: { 'A B': 'x' } }, 'is no name for an environment variable'],
    [{ inputs: { script }, secureInputs: { workingDirectory: '/x' } }, 'is no name for an environment variable'],
    [{ inputs: { script }, secureInputs: { LONGSHORE_RUN: 'x' } }, 'is a variable of ours'],
    [{ inputs: { script }, secureInputs: { AGENT_HOME: 'x' } }, 'is a variable of ours'],
    [{ inputs: { script }, secureInputs: { A: 'x' }, environment: { A: 'y' } }, 'stands in environment as well'],
    [{ inputs: { script }, secureInputs: { A: '' } }, 'steps.1.secureInputs.A: must not be empty'],
    [{ secureInputs: { A: 'x' } }, 'steps.1.inputs.script: is required'],
    [
      {
        inputs: { script },
        secureInputs: Object.fromEntries('ABCDE'.split('').map((name) => [name, 'x'.repeat(60_000)])),
      },
      'steps.1.inputs: are larger than 262144 bytes',
    ],
  ])('%j is refused', (step, message) => {
    expect(saving(step)).toThrow(message);
  });

  it('count as given, also those whose value is kept', () => {
    expect(saving({ secureInputs: { script: 'true', TOKEN: 'x' } })).not.toThrow();
    expect(saving({ secureInputs: { script: null, TOKEN: null } })).not.toThrow();
  });

  it('that a step type declares cannot be given in the clear, and others it does not take', () => {
    const input = { name: 'key', label: 'Key', type: 'string', required: true, default: null, secure: true } as const;
    const declaring: StepType = {
      plugIn: 'acme',
      version: '1',
      type: 'deploy',
      label: 'Deploy',
      description: '',
      inputs: [input],
    };
    const check = (step: object) => () =>
      checkSecureInputs(stepDefinitionSchema.parse({ name: 's', ...step }), declaring, 'steps.0');
    expect(check({ inputs: { key: 'x' } })).toThrow('steps.0.inputs.key: is secure: give it in secureInputs');
    expect(check({ secureInputs: { TOKEN: 'x' } })).toThrow('steps.0.secureInputs.TOKEN: Deploy takes no such input');
    expect(check({ secureInputs: { key: 'x' } })).not.toThrow();
  });
});

it('fills in the defaults of inputs that are left out', () => {
  const shell = findStepType('longshore.shell', 'shell');
  const { steps } = processDefinitionSchema.parse({ name: 'p', steps: [{ name: 's', inputs: { script: 'x' } }] });
  if (shell === undefined || steps[0] === undefined) throw new Error('the shell is missing');
  expect(resolveInputs(steps[0], shell)).toEqual({ script: 'x', interpreter: 'sh' });
  expect(resolveInputs({ ...steps[0], inputs: { script: 'x', interpreter: 'bash' } }, shell)).toEqual({
    script: 'x',
    interpreter: 'bash',
  });
});
