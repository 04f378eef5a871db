/**
 * Which inputs may be given as secure ones? Those that the step type declares secure, which may be given in no other
 * way, and where the step type takes them, any that become environment variables of the step. Nothing that ends in an
 * argument list can be one, for argument lists are public on a machine (docs/security.md, Keys).
 */
import { InputInvalidError } from '@longshore/protocol';
import type { StepDefinition, StepType } from '@longshore/rest-contract';

interface SecretUse {
  /** Declared inputs beyond those that are declared secure. */
  readonly inputs: readonly string[];
  /** Every other name is an environment variable of the step. */
  readonly environment: boolean;
  /** Names that the agent's half of the step type takes for something else. */
  readonly taken: readonly string[];
}

const none: SecretUse = { inputs: [], environment: false, taken: [] };
const shell: SecretUse = { inputs: ['script'], environment: true, taken: ['workingDirectory', 'environment'] };

const secretUseOf = ({ plugIn, type }: StepType): SecretUse =>
  plugIn === 'longshore.shell' && type === 'shell' ? shell : none;

/** Throws InputInvalidError; `at` is the path of the step. */
export function checkSecureInputs(step: StepDefinition, stepType: StepType, at: string): void {
  for (const { name, secure } of stepType.inputs) {
    if (secure && name in step.inputs)
      throw new InputInvalidError(`${at}.inputs.${name}`, 'is secure: give it in secureInputs');
  }
  for (const [name, value] of Object.entries(step.secureInputs)) {
    const problem = name in step.inputs ? 'stands in inputs as well' : problemWith(name, step, stepType);
    if (problem !== null) throw new InputInvalidError(`${at}.secureInputs.${name}`, problem);
    if (value === '') throw new InputInvalidError(`${at}.secureInputs.${name}`, 'must not be empty');
  }
}

function problemWith(name: string, { environment }: StepDefinition, stepType: StepType): string | null {
  const use = secretUseOf(stepType);
  const declared = stepType.inputs.find((input) => input.name === name);
  if (declared !== undefined) {
    const isTaken = declared.secure || use.inputs.includes(name);
    return isTaken ? null : 'cannot be kept secret: it stands in an argument list';
  }
  if (!use.environment) return `${stepType.label} takes no such input`;
  if (use.taken.includes(name) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return 'is no name for an environment variable';
  if (name.startsWith('LONGSHORE_') || name === 'AGENT_HOME') return 'is a variable of ours';
  return name in environment ? 'stands in environment as well' : null;
}
