/**
 * What a process is, as its author writes it: steps with dependencies (docs/operations.md, Processes).
 *
 * `needs` names steps that must have succeeded first: on every agent that they run on (a fan-in, the default) or
 * only on the same agent. Whatever is wrong is refused at save with the path of the field.
 */
import { z } from 'zod';
import { findCycle } from './find-cycle';

const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/, 'must be 1 to 100 letters, digits, spaces, dots, - or _');

export const needSchema = z.union([
  nameSchema.transform((step) => ({ step, on: 'every-agent' as const })),
  z.strictObject({ step: nameSchema, on: z.enum(['every-agent', 'same-agent']) }),
]);

/** Which agents: all approved ones, by id, or all that carry one of the tags. */
export const agentSelectionSchema = z.union([
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({ ids: z.array(z.string()).min(1).max(10_000) }),
  z.strictObject({ tags: z.array(z.string()).min(1).max(100) }),
]);
export type AgentSelection = z.infer<typeof agentSelectionSchema>;

export const stepDefinitionSchema = z.strictObject({
  name: nameSchema,
  /** `plug-in id` and step type; the built-in shell is `longshore.shell` / `shell`. */
  plugIn: z.string().max(100).default('longshore.shell'),
  type: z.string().max(100).default('shell'),
  inputs: z.record(z.string().max(100), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /**
   * Inputs that are kept encrypted and shown to nobody again. What is read back has null in the place of each value;
   * null in what is saved keeps the value that is there.
   */
  secureInputs: z.record(z.string().max(100), z.string().max(65_536).nullable()).default({}),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  workingDirectory: z.string().max(4096).nullable().default(null),
  needs: z.array(needSchema).max(100).default([]),
  /** Narrows the run's agents for this step: those of the run that are also selected here. */
  agents: agentSelectionSchema.nullable().default(null),
  timeoutSeconds: z.int().min(1).max(31_536_000).nullable().default(null),
  retry: z.enum(['never', 'safe', 'resume']).default('never'),
});
export type StepDefinition = z.infer<typeof stepDefinitionSchema>;

export const processDefinitionSchema = z
  .strictObject({
    name: nameSchema,
    description: z.string().max(2000).default(''),
    steps: z.array(stepDefinitionSchema).min(1).max(500),
  })
  .check((context) => {
    const { steps } = context.value;
    const names = new Map<string, number>();
    steps.forEach(({ name }, index) => {
      const first = names.get(name);
      if (first !== undefined) problem(['steps', index, 'name'], `"${name}" is already the name of step ${first + 1}`);
      else names.set(name, index);
    });
    steps.forEach(({ needs }, index) =>
      needs.forEach(({ step }, place) => {
        if (!names.has(step)) problem(['steps', index, 'needs', place], `there is no step "${step}"`);
      }),
    );
    const cycle = findCycle(new Map(steps.map(({ name, needs }) => [name, needs.map(({ step }) => step)])));
    if (cycle !== null)
      problem(
        ['steps', names.get(cycle[0] ?? '') ?? 0, 'needs'],
        `the steps wait for each other: ${cycle.join(' → ')}`,
      );

    function problem(path: (string | number)[], message: string): void {
      context.issues.push({ code: 'custom', path, message, input: context.value });
    }
  });
export type ProcessDefinition = z.infer<typeof processDefinitionSchema>;
