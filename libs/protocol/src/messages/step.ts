/** The messages about one attempt: what the server orders and what the agent tells of it. */
import { z } from 'zod';
import { attemptIdSchema, itemIdSchema, runIdSchema } from '../ids';
import { outcomeSchema } from '../attempt-state';
import { epochSchema } from '../envelope';

export const inputValueSchema = z.union([z.string(), z.number(), z.boolean()]);
export type InputValue = z.infer<typeof inputValueSchema>;

export const retryClassSchema = z.enum(['never', 'safe', 'resume']);
export type RetryClass = z.infer<typeof retryClassSchema>;

export const logStreamSchema = z.enum(['stdout', 'stderr']);
export type LogStream = z.infer<typeof logStreamSchema>;
export const logStreams = logStreamSchema.options;

/** What a step may do while the server is away, and what the server does meanwhile. */
export const outageContractSchema = z.object({
  /** How long the step may go on without the server; null: for ever. */
  withoutServerForMs: z.int().min(0).nullable(),
  /** What happens to the step after that. */
  then: z.enum(['continue', 'stop', 'kill']),
  serverMeanwhile: z.enum(['wait', 'fail', 'reassign-after-fence']),
  /** Whether an accepted attempt may start although the session is stale. */
  startWithoutServer: z.boolean(),
});
export type OutageContract = z.infer<typeof outageContractSchema>;

export const defaultOutageContract: OutageContract = {
  withoutServerForMs: null,
  then: 'continue',
  serverMeanwhile: 'wait',
  startWithoutServer: false,
};

/** `step.run`: self-contained, so that an agent needs nothing else to carry it out. */
export const runStepSchema = z.object({
  attemptId: attemptIdSchema,
  attemptNumber: z.int().min(1),
  itemId: itemIdSchema,
  /** Stable over the attempts of one item; for steps that talk to systems which accept such a key. */
  idempotencyKey: z.string().max(128),
  /** The only epoch in which this attempt may start. The server offers it again in a later one. */
  startEpoch: epochSchema,
  run: z.object({ runId: runIdSchema, processName: z.string(), stepName: z.string() }),
  plugIn: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
  stepType: z.string(),
  inputs: z.record(z.string(), inputValueSchema),
  /** Secure inputs, each a JWE to the agent's sealing key. */
  sealedInputs: z.record(z.string(), z.string()),
  /** The step's own token for calls back to the server, a JWE to the agent's sealing key; dead when the step ends. */
  stepToken: z.string().max(4096).nullable().default(null),
  environment: z.record(z.string(), z.string()),
  workingDirectory: z.string().nullable(),
  timeoutMs: z.int().min(1).nullable(),
  killGraceMs: z.int().min(0),
  retryClass: retryClassSchema,
  outage: outageContractSchema,
  logStreams: z.array(logStreamSchema),
});
export type RunStep = z.infer<typeof runStepSchema>;

/** `step.cancel`: ends the attempt's whole process tree; an attempt that has not started never will. */
export const cancelStepSchema = z.object({ attemptId: attemptIdSchema, reason: z.string().max(1000) });
export type CancelStep = z.infer<typeof cancelStepSchema>;

export const stepAcceptedSchema = z.object({ attemptId: attemptIdSchema });
export type StepAccepted = z.infer<typeof stepAcceptedSchema>;

export const stepStartedSchema = z.object({
  attemptId: attemptIdSchema,
  pid: z.int().min(0).nullable(),
  startedAt: z.iso.datetime(),
});
export type StepStarted = z.infer<typeof stepStartedSchema>;

/** Length and SHA-256 (hexadecimal) of what was sent, that is of the masked bytes. */
export const logDigestSchema = z.object({ length: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type LogDigest = z.infer<typeof logDigestSchema>;

/** `step.ended`: self-contained; the last word of the agent about the attempt. */
export const stepEndedSchema = z.object({
  attemptId: attemptIdSchema,
  attemptNumber: z.int().min(1),
  itemId: itemIdSchema,
  outcome: outcomeSchema,
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  outputs: z.record(z.string(), z.string()),
  logs: z.partialRecord(logStreamSchema, logDigestSchema),
  /** From start of the process to its end, monotonic; null where nobody saw both. */
  ranMs: z.int().min(0).nullable(),
  endedAt: z.iso.datetime(),
  /** One sentence for people: why it failed, was not started, or is unknown. */
  reason: z.string().max(4000).nullable(),
  /** What is known of an `unknown` attempt: claim, start record, process table. */
  evidence: z.record(z.string(), z.unknown()).nullable(),
});
export type StepEnded = z.infer<typeof stepEndedSchema>;
