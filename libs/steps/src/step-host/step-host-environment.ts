/**
 * How does the host's process learn its folders? By its environment; the nonce stands in a 0600 file of the run
 * folder, never in an argument list, which everybody on the machine can read.
 */
import { obtainNonce } from './host-seat';
import type { StepHostConfig } from './run-step-host';

const variables = {
  runFolder: 'LONGSHORE_HOST_RUN_FOLDER',
  attemptsFolder: 'LONGSHORE_HOST_ATTEMPTS_FOLDER',
  idleExitMs: 'LONGSHORE_HOST_IDLE_EXIT_MS',
} as const;

export function stepHostEnvironment(config: Omit<StepHostConfig, 'nonce'>): Record<string, string> {
  return {
    [variables.runFolder]: config.runFolder,
    [variables.attemptsFolder]: config.attemptsFolder,
    [variables.idleExitMs]: String(config.idleExitMs),
  };
}

export async function readStepHostConfig(environment: NodeJS.ProcessEnv): Promise<StepHostConfig> {
  const required = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Error(`the step host needs ${name}`);
    return value;
  };
  const runFolder = required(variables.runFolder);
  const idleExitMs = Number(required(variables.idleExitMs));
  const attemptsFolder = required(variables.attemptsFolder);
  return { runFolder, attemptsFolder, idleExitMs, nonce: await obtainNonce(runFolder) };
}
