/**
 * Which step types are there, and what do they take? A process that names another, or gives inputs that its step
 * type does not take, is refused at save with the path of the field (docs/operations.md, Processes).
 */
import { InputInvalidError, type InputValue, limits } from '@longshore/protocol';
import type { ProcessDefinition, StepDefinition, StepType } from '@longshore/rest-contract';
import { checkSecureInputs } from './check-secure-inputs';

const shell: StepType = {
  plugIn: 'longshore.shell',
  version: '1.0.0',
  type: 'shell',
  label: 'Shell script',
  description: 'Runs a script with an interpreter of the target machine; its exit code is the result.',
  inputs: [
    { name: 'script', label: 'Script', type: 'string', required: true, default: null, secure: false },
    { name: 'interpreter', label: 'Interpreter', type: 'string', required: false, default: 'sh', secure: false },
  ],
};

export const stepTypes: readonly StepType[] = [shell];

export function findStepType(plugIn: string, type: string): StepType | undefined {
  return stepTypes.find((candidate) => candidate.plugIn === plugIn && candidate.type === type);
}

/** Throws InputInvalidError for the first step that cannot be carried out as it is written. */
export function checkSteps(definition: ProcessDefinition): void {
  definition.steps.forEach((step, index) => {
    const at = `steps.${index}`;
    const stepType = findStepType(step.plugIn, step.type);
    if (stepType === undefined) refuseStepType(step, at);
    else {
      checkSecureInputs(step, stepType, at);
      checkInputs(step, stepType, `${at}.inputs`);
    }
  });
}

/** What the step is given: its own inputs, and the defaults of those that it leaves out. */
export function resolveInputs(step: StepDefinition, stepType: StepType): Record<string, InputValue> {
  const defaults = stepType.inputs.flatMap((input) =>
    input.default === null ? [] : [[input.name, input.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...step.inputs };
}

function refuseStepType(step: StepDefinition, at: string): never {
  const ofPlugIn = stepTypes.filter(({ plugIn }) => plugIn === step.plugIn).map(({ type }) => type);
  if (ofPlugIn.length > 0)
    throw new InputInvalidError(
      `${at}.type`,
      `${step.plugIn} has no step type "${step.type}", only ${ofPlugIn.join(', ')}`,
    );
  throw new InputInvalidError(`${at}.plugIn`, `there is no plug-in "${step.plugIn}"`);
}

function checkInputs({ inputs, secureInputs }: StepDefinition, stepType: StepType, at: string): void {
  const declared = new Map(stepType.inputs.map((input) => [input.name, input]));
  for (const [name, value] of Object.entries(inputs)) {
    const input = declared.get(name);
    if (input === undefined) throw new InputInvalidError(`${at}.${name}`, `${stepType.label} takes no such input`);
    if (typeof value !== input.type) throw new InputInvalidError(`${at}.${name}`, `must be a ${input.type}`);
  }
  for (const { name, required } of stepType.inputs) {
    if (required && !isGiven(inputs[name]) && !(name in secureInputs))
      throw new InputInvalidError(`${at}.${name}`, 'is required');
  }
  if (Buffer.byteLength(JSON.stringify({ ...inputs, ...secureInputs })) > limits.inputsBytes) {
    throw new InputInvalidError(at, `are larger than ${limits.inputsBytes} bytes`);
  }
}

function isGiven(value: InputValue | undefined): boolean {
  return value !== undefined && value !== '';
}
