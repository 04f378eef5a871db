import { processDefinitionSchema } from '@longshore/rest-contract';
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
