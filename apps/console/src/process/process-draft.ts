/**
 * A process while it is being written: like a definition, but every field may still be empty or wrong, and what
 * people type as one text (environment, agents) is kept as typed. Nothing of a definition gets lost on the way
 * through a draft.
 */
import type { z } from 'zod';
import type { processDefinitionSchema, ProcessDefinition, StepDefinition } from '@longshore/rest-contract';
import { secureInputDraftsOf, secureInputsOf, type SecureInputDraft } from './secure-inputs';

export type WrittenProcess = z.input<typeof processDefinitionSchema>;
type InputValues = StepDefinition['inputs'];

export interface StepDraft {
  /** Keeps a step's fields together while steps are moved and renamed. */
  readonly key: string;
  readonly name: string;
  /** Under which its secure inputs are kept; null: it was never saved. */
  readonly savedName: string | null;
  readonly plugIn: string;
  readonly type: string;
  readonly inputs: InputValues;
  readonly secureInputs: readonly SecureInputDraft[];
  /** One `NAME=value` a line. */
  readonly environment: string;
  readonly workingDirectory: string;
  readonly needs: readonly StepDefinition['needs'][number][];
  readonly agents: AgentsDraft;
  readonly timeoutSeconds: number | null;
  readonly retry: StepDefinition['retry'];
}

export interface AgentsDraft {
  readonly by: 'run' | 'tags' | 'ids';
  readonly values: readonly string[];
}

export interface ProcessDraft {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly StepDraft[];
}

let lastKey = 0;

export function newStep(name: string): StepDraft {
  return {
    key: `step-${(lastKey += 1)}`,
    name,
    savedName: null,
    plugIn: 'longshore.shell',
    type: 'shell',
    inputs: { script: '' },
    secureInputs: [],
    environment: '',
    workingDirectory: '',
    needs: [],
    agents: { by: 'run', values: [] },
    timeoutSeconds: null,
    retry: 'never',
  };
}

export function draftOf({ name, description, steps }: ProcessDefinition): ProcessDraft {
  return { name, description, steps: steps.map(stepDraftOf) };
}

function stepDraftOf(step: StepDefinition): StepDraft {
  const { environment, secureInputs, workingDirectory, agents, ...same } = step;
  return {
    ...newStep(step.name),
    ...same,
    savedName: step.name,
    secureInputs: secureInputDraftsOf(secureInputs),
    environment: Object.entries(environment)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    workingDirectory: workingDirectory ?? '',
    agents: agentsDraftOf(agents),
  };
}

function agentsDraftOf(agents: StepDefinition['agents']): AgentsDraft {
  if (agents === null || 'all' in agents) return { by: 'run', values: [] };
  return 'tags' in agents ? { by: 'tags', values: agents.tags } : { by: 'ids', values: agents.ids };
}

/** What is sent. Whether it is right is the schema's to say. */
export function definitionOf({ name, description, steps }: ProcessDraft): WrittenProcess {
  return {
    name,
    description,
    steps: steps.map(writtenStepOf),
  };
}

/** An input that is given as a secure one is given in no other way. */
function writtenStepOf(step: StepDraft): WrittenProcess['steps'][number] {
  const {
    key: _key,
    savedName: _savedName,
    secureInputs,
    environment,
    workingDirectory,
    agents,
    needs,
    ...same
  } = step;
  const secure = secureInputsOf(secureInputs);
  return {
    ...same,
    inputs: Object.fromEntries(Object.entries(same.inputs).filter(([name]) => !(name in secure))),
    secureInputs: secure,
    needs: [...needs],
    environment: environmentOf(environment),
    workingDirectory: workingDirectory === '' ? null : workingDirectory,
    agents: writtenAgentsOf(agents),
  };
}

function writtenAgentsOf({ by, values }: AgentsDraft): StepDefinition['agents'] {
  if (by === 'run') return null;
  return by === 'tags' ? { tags: [...values] } : { ids: [...values] };
}

/** A line without `=` becomes a name without a value, which the schema then judges. */
function environmentOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const split = line.indexOf('=');
      return split < 0 ? [line.trim(), ''] : [line.slice(0, split).trim(), line.slice(split + 1)];
    }),
  );
}

export function changeStep(draft: ProcessDraft, key: string, change: Partial<StepDraft>): ProcessDraft {
  const before = draft.steps.find((step) => step.key === key);
  const steps = draft.steps.map((step) => (step.key === key ? { ...step, ...change } : step));
  if (before === undefined || change.name === undefined || change.name === before.name) return { ...draft, steps };
  const isShared = draft.steps.some((step) => step.key !== key && step.name === before.name);
  return { ...draft, steps: isShared ? steps : renameNeeds(steps, before.name, change.name) };
}

/** Whoever needed the step goes on needing it under its new name. */
function renameNeeds(steps: readonly StepDraft[], from: string, to: string): StepDraft[] {
  return steps.map((step) => ({
    ...step,
    needs: step.needs.map((need) => (need.step === from ? { ...need, step: to } : need)),
  }));
}

export function removeStep(draft: ProcessDraft, key: string): ProcessDraft {
  const gone = draft.steps.find((step) => step.key === key)?.name;
  const steps = draft.steps
    .filter((step) => step.key !== key)
    .map((step) => ({ ...step, needs: step.needs.filter(({ step: name }) => name !== gone) }));
  return { ...draft, steps };
}

export function moveStep(draft: ProcessDraft, from: number, to: number): ProcessDraft {
  const steps = [...draft.steps];
  const [moved] = steps.splice(from, 1);
  if (moved === undefined) return draft;
  steps.splice(to, 0, moved);
  return { ...draft, steps };
}

/** `step 3`, or the next number that is free. */
export function freeStepName({ steps }: ProcessDraft): string {
  const taken = new Set(steps.map(({ name }) => name));
  let number = steps.length + 1;
  while (taken.has(`step ${number}`)) number += 1;
  return `step ${number}`;
}
