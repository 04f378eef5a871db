/** Are a command's arguments what they should be? Read through a schema; the flag or argument at fault is named. */
import { z } from 'zod';
import { agentIdSchema, runIdSchema, type AgentId, type RunId } from '@longshore/protocol';
import { updateAgentSchema } from '@longshore/rest-contract';
import { UsageInvalidError } from '../cli-errors';

/** Keys are flags in camel case, as commander makes them. */
export function readOptions<Schema extends z.ZodType>(schema: Schema, options: unknown): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageInvalidError(flagOf(String(issue?.path[0] ?? '')), issue?.message ?? 'is wrong');
}

function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function readAgentId(text: string): AgentId {
  const parsed = agentIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageInvalidError('ID', `"${text}" is no agent id: ${parsed.error.issues[0]?.message ?? ''}`);
}

export function readRunId(text: string): RunId {
  const parsed = runIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageInvalidError('RUN', `"${text}" is no run id: "longshore runs" lists them`);
}

/** A flag's text as a whole number. */
export const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);

export const onOrOff = z.enum(['on', 'off'], 'must be on or off').transform((text) => text === 'on');

/** A flag that may stand alone: then there is none. */
export const wordsOrNone = z
  .union([z.literal(true), z.array(z.string())])
  .transform((words) => (words === true ? [] : words));

const minutesPer = { m: 1, h: 60, d: 1440 } as const;

/** `30m`, `12h` or `1d`, as minutes. */
export function minutesOf(most: number) {
  return z.string().transform((text, context) => {
    const [, digits, unit] = /^([1-9]\d{0,8})([mhd])$/.exec(text) ?? [];
    const minutes = Number(digits) * minutesPer[unit as keyof typeof minutesPer];
    if (minutes <= most) return minutes;
    context.addIssue({ code: 'custom', message: `must be like 30m, 12h or 1d, at most ${most / 1440}d` });
    return z.NEVER;
  });
}

/** Tags and teams are written alike. `field` is the flag or argument at fault. */
export function readTags(field: string, words: readonly string[]): string[] {
  const parsed = updateAgentSchema.shape.tags.unwrap().safeParse(words);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageInvalidError(field, `"${words[Number(issue?.path[0] ?? 0)] ?? ''}" ${issue?.message ?? 'is wrong'}`);
}
