/** Processes, runs, items and attempts as the REST API shows and takes them. */
import { z } from 'zod';
import {
  agentIdSchema,
  attemptIdSchema,
  attemptStateSchema,
  itemIdSchema,
  logStreamSchema,
  outcomeSchema,
  runIdSchema,
} from '@longshore/protocol';
import { agentSelectionSchema, processDefinitionSchema } from './process-definition';

export const processSchema = z.object({
  name: z.string(),
  version: z.int(),
  createdAt: z.iso.datetime(),
  definition: processDefinitionSchema,
});
export type Process = z.infer<typeof processSchema>;
export const processListSchema = z.object({ processes: z.array(processSchema) });
export type ProcessList = z.infer<typeof processListSchema>;

export const createRunSchema = z.strictObject({
  process: z.string().min(1).max(100),
  agents: agentSelectionSchema,
});
export type CreateRun = z.infer<typeof createRunSchema>;

export const runStateSchema = z.enum(['running', 'succeeded', 'failed', 'cancelled']);
export type RunState = z.infer<typeof runStateSchema>;

/**
 * - `waiting`: something that it needs has not ended yet.
 * - `active`: has an attempt that is queued, offered, accepted or running.
 * - `ended`: has a verdict.
 * - `skipped`: something that it needs did not succeed, or the run was cancelled before it began.
 */
export const itemStateSchema = z.enum(['waiting', 'active', 'ended', 'skipped']);
export type ItemState = z.infer<typeof itemStateSchema>;

export const attemptSchema = z.object({
  id: attemptIdSchema,
  number: z.int(),
  state: attemptStateSchema,
  outcome: outcomeSchema.nullable(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  reason: z.string().nullable(),
  outputs: z.record(z.string(), z.string()),
  /** Bytes that the server holds of each stream. */
  logLengths: z.partialRecord(logStreamSchema, z.int()),
  cancelRequestedAt: z.iso.datetime().nullable(),
  queuedAt: z.iso.datetime(),
  /** These two are when the server learned of it, which after an outage is later than when it happened. */
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** How long the process ran, as its host measured it; null where nobody saw both ends. */
  ranMs: z.int().nullable(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const itemSchema = z.object({
  id: itemIdSchema,
  step: z.string(),
  agentId: agentIdSchema,
  state: itemStateSchema,
  outcome: outcomeSchema.nullable(),
  attempts: z.array(attemptSchema),
});
export type Item = z.infer<typeof itemSchema>;

export const runSummarySchema = z.object({
  id: runIdSchema,
  process: z.string(),
  processVersion: z.int(),
  state: runStateSchema,
  startedBy: z.string(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  counts: z.object({ total: z.int(), ended: z.int(), failed: z.int() }),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const runSchema = runSummarySchema.extend({ definition: processDefinitionSchema, items: z.array(itemSchema) });
export type Run = z.infer<typeof runSchema>;

export const runListQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Runs created before this one, for paging. */
  before: runIdSchema.optional(),
});
export type RunListQuery = z.infer<typeof runListQuerySchema>;
export const runListSchema = z.object({ runs: z.array(runSummarySchema) });
export type RunList = z.infer<typeof runListSchema>;

/**
 * A log is read as raw bytes from `offset`. With `waitMs` the answer is held back until there are bytes, the log is
 * complete, or the time is up. The headers below tell the rest.
 */
export const logQuerySchema = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(8 * 1024 * 1024)
    .default(1024 * 1024),
  waitMs: z.coerce.number().int().min(0).max(30_000).default(0),
});
export type LogQuery = z.infer<typeof logQuerySchema>;
export const logLengthHeader = 'longshore-log-length';
/** `true` when no byte will follow `longshore-log-length`. */
export const logCompleteHeader = 'longshore-log-complete';

export const stepTypeSchema = z.object({
  plugIn: z.string(),
  version: z.string(),
  type: z.string(),
  label: z.string(),
  description: z.string(),
  inputs: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.enum(['string', 'number', 'boolean']),
      required: z.boolean(),
      default: z.union([z.string(), z.number(), z.boolean()]).nullable(),
      secure: z.boolean(),
    }),
  ),
});
export type StepType = z.infer<typeof stepTypeSchema>;
export const stepTypeListSchema = z.object({ stepTypes: z.array(stepTypeSchema) });
