/**
 * What does a step find in its environment? A few variables that every program expects, what the order and the step
 * say, and who the step is. Nothing else of the agent: no Node options, no loader settings, no secret of the agent's.
 */
import { InputInvalidError, type RunStep } from '@longshore/protocol';

/** Passed on where the agent has them; the second line is what no Windows program starts without. */
const inheritedVariables = [
  ...['PATH', 'HOME', 'LANG', 'USER', 'LOGNAME', 'TZ', 'TMPDIR'],
  ...['SystemRoot', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'ProgramFiles', 'ProgramData', 'windir'],
];

export function inheritedEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = inheritedVariables.map((name) => [name, environment[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export interface StepSurroundings {
  readonly step: RunStep;
  readonly agentHome: string;
  readonly inputsPath: string;
  readonly outputsPath: string;
  /** What the step type's inputs add. */
  readonly added: Readonly<Record<string, string>>;
  /** Secure inputs that are variables: they stand in the step's environment and in no argument. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly access: { readonly tokenPath: string; readonly url: string; readonly serverFingerprint: string } | null;
}

export function stepEnvironment({ step, ...around }: StepSurroundings): Record<string, string> {
  refuseReserved('environment', step.environment);
  refuseReserved('inputs.environment', around.added);
  refuseReserved('secureInputs', around.secrets);
  return {
    ...inheritedEnvironment(process.env),
    ...step.environment,
    ...around.added,
    ...around.secrets,
    AGENT_HOME: around.agentHome,
    LONGSHORE_ATTEMPT: step.attemptId,
    LONGSHORE_RUN: step.run.runId,
    LONGSHORE_STEP: step.run.stepName,
    LONGSHORE_INPUTS: around.inputsPath,
    LONGSHORE_OUTPUTS: around.outputsPath,
    ...accessVariables(around.access),
  };
}

/** The token itself stands in a file: an environment is passed on to every child. */
function accessVariables(access: StepSurroundings['access']): Record<string, string> {
  if (access === null) return {};
  return {
    LONGSHORE_STEP_TOKEN_FILE: access.tokenPath,
    LONGSHORE_STEP_URL: access.url,
    LONGSHORE_SERVER_FINGERPRINT: access.serverFingerprint,
  };
}

function refuseReserved(field: string, variables: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(variables)) {
    const problem = name.startsWith('LONGSHORE_') ? 'names that begin with LONGSHORE_ are ours' : problemWith(name);
    if (problem !== undefined) throw new InputInvalidError(`${field}.${name}`, problem);
  }
}

function problemWith(name: string): string | undefined {
  return name === '' || /[=\0]/.test(name) ? 'is no name for an environment variable' : undefined;
}
