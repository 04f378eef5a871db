/** Which step types does this agent have? For now those that are built in. */
import { LongshoreError } from '@longshore/protocol';
import { shellStepType } from './shell-step-type';
import type { StepType } from './step-type';

export const stepTypes: readonly StepType[] = [shellStepType];

export interface StepTypeName {
  readonly plugInId: string;
  readonly version: string;
  readonly stepType: string;
}

export class StepTypeUnknownError extends LongshoreError {
  constructor(name: StepTypeName, has: string) {
    const wanted = `${name.plugInId} ${name.version} / ${name.stepType}`;
    super('STEP_TYPE_UNKNOWN', 'give-up', `this agent has no step type ${wanted}; it has ${has}`);
  }
}

export function findStepType(name: StepTypeName): StepType {
  const found = stepTypes.find(
    ({ plugIn, manifest }) =>
      plugIn.id === name.plugInId && plugIn.version === name.version && manifest.name === name.stepType,
  );
  if (found !== undefined) return found;
  const has = stepTypes.map(({ plugIn, manifest }) => `${plugIn.id} ${plugIn.version} / ${manifest.name}`).join(', ');
  throw new StepTypeUnknownError(name, has);
}
