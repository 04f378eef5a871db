/** Are these the inputs that the step type declares? The first that is not is named by its field. */
import { InputInvalidError, type InputValue } from '@longshore/protocol';
import type { InputDeclaration, InputType, StepInputs, StepTypeManifest } from './step-type';

export function validateInputs(manifest: StepTypeManifest, given: Readonly<Record<string, InputValue>>): StepInputs {
  const declared = new Map(manifest.inputs.map((input) => [input.name, input]));
  for (const name of Object.keys(given)) {
    if (!declared.has(name)) {
      const known = [...declared.keys()].join(', ');
      throw new InputInvalidError(`inputs.${name}`, `step type ${manifest.name} has no such input; it has ${known}`);
    }
  }
  const values = manifest.inputs.map((input) => [input.name, resolve(input, given[input.name])] as const);
  return Object.fromEntries(values.filter((entry): entry is [string, InputValue] => entry[1] !== undefined));
}

/** An empty text counts as left out: that is what a form sends. */
function resolve(input: InputDeclaration, value: InputValue | undefined): InputValue | undefined {
  const isLeftOut = value === undefined || value === '';
  const resolved = isLeftOut ? input.default : value;
  if (resolved === undefined) {
    if (input.required) throw new InputInvalidError(`inputs.${input.name}`, 'is required');
    return undefined;
  }
  const wanted = primitiveOf(input.type);
  if (typeof resolved !== wanted) {
    throw new InputInvalidError(`inputs.${input.name}`, `must be a ${wanted}, not a ${typeof resolved}`);
  }
  return resolved;
}

function primitiveOf(type: InputType): 'string' | 'number' | 'boolean' {
  return type === 'number' || type === 'boolean' ? type : 'string';
}
