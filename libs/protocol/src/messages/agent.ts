/** What an agent tells of itself: its regular report, and events that concern no single attempt. */
import { z } from 'zod';
import { attemptIdSchema, fingerprintSchema } from '../ids';

export const agentFactsSchema = z.object({
  hostname: z.string(),
  platform: z.string(),
  architecture: z.string(),
  cpus: z.int().min(1),
  agentVersion: z.string(),
  nodeVersion: z.string(),
});
export type AgentFacts = z.infer<typeof agentFactsSchema>;

/** `agent.status`: a report; the last value wins. Sent at each heartbeat and when something changes. */
export const agentStatusSchema = z.object({
  maxParallel: z.int().min(1),
  running: z.int().min(0),
  waiting: z.int().min(0),
  worker: z.enum(['starting', 'running', 'restarting', 'stopped']),
  diskFreeBytes: z.int().min(0).nullable(),
  /** Age of the last HTTPS round trip as the agent sees it; null before the first. */
  httpRoundTripAgeMs: z.int().min(0).nullable(),
  uptimeMs: z.int().min(0),
  /** Why the agent takes no new work just now (full disk, failed sync); null when it does. */
  refusesWork: z.string().nullable(),
});
export type AgentStatus = z.infer<typeof agentStatusSchema>;

/** `worker.crashed`: evidence for what was running; the attempts themselves are re-adopted. */
export const workerCrashedSchema = z.object({
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  attempts: z.array(attemptIdSchema),
  lastLines: z.array(z.string()).max(50),
});
export type WorkerCrashed = z.infer<typeof workerCrashedSchema>;

/** `pin.refused`: another key stood where a pinned one was expected; the connection was closed. */
export const pinRefusedSchema = z.object({
  leg: z.enum(['websocket', 'https', 'amqp']),
  address: z.string(),
  expected: z.array(fingerprintSchema),
  presented: fingerprintSchema.nullable(),
});
export type PinRefused = z.infer<typeof pinRefusedSchema>;
