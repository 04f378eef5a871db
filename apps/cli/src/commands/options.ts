/** Are a command's arguments what they should be? Read through a schema; the flag or argument at fault is named. */
import { z } from 'zod';
import { agentIdSchema, runIdSchema, type AgentId, type RunId } from '@longshore/protocol';
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
