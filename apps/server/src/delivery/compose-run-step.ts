/** Makes the self-contained `step.run` of an attempt out of its run's definition (docs/protocol.md, Messages). */
import type { QueuedAttempt } from '@longshore/persistence';
import { defaultOutageContract, LongshoreError, logStreams, type RunStep, timeouts } from '@longshore/protocol';
import type { ProcessDefinition, StepDefinition } from '@longshore/rest-contract';
import { findStepType, resolveInputs } from '../plug-ins/step-types';
import type { SealedStep } from '../secrets/step-secrets';

/** Built-in plug-ins are part of the agent: there is no package whose bytes could be compared. */
const builtIn = 'built-in';

export class StepUnknownError extends LongshoreError {
  constructor(attempt: QueuedAttempt) {
    super('STEP_UNKNOWN', 'give-up', `run ${attempt.runId} has no step "${attempt.step}" that can be carried out`);
  }
}

export function stepOf(attempt: QueuedAttempt, definition: ProcessDefinition): StepDefinition {
  const step = definition.steps.find(({ name }) => name === attempt.step);
  if (step === undefined) throw new StepUnknownError(attempt);
  return step;
}

export function composeRunStep(
  attempt: QueuedAttempt,
  definition: ProcessDefinition,
  startEpoch: number,
  { sealedInputs, stepToken }: Omit<SealedStep, 'stepTokenHash'>,
): RunStep {
  const step = stepOf(attempt, definition);
  const stepType = findStepType(step.plugIn, step.type);
  if (stepType === undefined) throw new StepUnknownError(attempt);
  return {
    attemptId: attempt.attemptId,
    attemptNumber: attempt.number,
    itemId: attempt.itemId,
    idempotencyKey: attempt.itemId,
    startEpoch,
    run: { runId: attempt.runId, processName: definition.name, stepName: step.name },
    plugIn: { id: stepType.plugIn, version: stepType.version, sha256: builtIn },
    stepType: stepType.type,
    inputs: resolveInputs(step, stepType),
    sealedInputs: { ...sealedInputs },
    stepToken,
    environment: step.environment,
    workingDirectory: step.workingDirectory,
    timeoutMs: step.timeoutSeconds === null ? null : step.timeoutSeconds * 1000,
    killGraceMs: timeouts.killGraceMs,
    retryClass: step.retry,
    outage: defaultOutageContract,
    logStreams: [...logStreams],
  };
}
