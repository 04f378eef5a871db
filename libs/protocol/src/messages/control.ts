/** The control words: `hello`, `welcome`, `ack`, `resync`, `bye` (docs/protocol.md, Delivery). */
import { z } from 'zod';
import { attemptIdSchema, fingerprintSchema, messageIdSchema } from '../ids';
import { cursorSchema, epochSchema, sequenceSchema, streamSchema } from '../envelope';
import { agentFactsSchema } from './agent';

/** The highest message of a stream that stands durably in the receiver's store, and its id (null with 0). */
export const receivedSchema = z.object({ highest: cursorSchema, highestId: messageIdSchema.nullable() });
export type Received = z.infer<typeof receivedSchema>;

/** What a sender still holds of a stream, acknowledged or not; zeros and null when it has sent nothing. */
export const heldSchema = z.object({
  lowest: cursorSchema,
  highest: cursorSchema,
  highestId: messageIdSchema.nullable(),
});
export type Held = z.infer<typeof heldSchema>;

/** A session as granted by the server; the agent journals it before use. */
export const grantSchema = z.object({ epoch: epochSchema, nonce: z.string().min(16).max(64) });
export type Grant = z.infer<typeof grantSchema>;

export const attemptPhaseSchema = z.enum(['received', 'accepted', 'started', 'ended']);
export type AttemptPhase = z.infer<typeof attemptPhaseSchema>;

export const openAttemptSchema = z.object({ attemptId: attemptIdSchema, phase: attemptPhaseSchema });
export type OpenAttempt = z.infer<typeof openAttemptSchema>;

/** `hello` opens a session; its envelope id is the hello id that the welcome answers. */
export const helloSchema = z.object({
  lastGrant: grantSchema.nullable(),
  /** The hello that this one repeats because its welcome was not seen; null for a fresh one. */
  previousHelloId: messageIdSchema.nullable(),
  bootId: z.string().max(128),
  received: z.object({ commands: receivedSchema }),
  held: z.object({ control: heldSchema, work: heldSchema }),
  openAttempts: z.array(openAttemptSchema),
  pins: z.array(fingerprintSchema),
  /** JWS by the identity key over the public sealing key. */
  sealingKey: z.string(),
  versions: z.object({ protocol: z.int(), agent: z.string(), journal: z.int() }),
  /** Last link of the journal's checksum chain: a shorter or other chain means the agent went back in time. */
  journal: z.object({ seq: cursorSchema, hash: z.string() }),
  facts: agentFactsSchema,
  maxParallel: z.int().min(1),
});
export type Hello = z.infer<typeof helloSchema>;

export const attemptDecisionSchema = z.object({
  attemptId: attemptIdSchema,
  decision: z.enum(['continue', 'report-again', 'abandon']),
});
export type AttemptDecision = z.infer<typeof attemptDecisionSchema>;

export const agentConfigurationSchema = z.object({
  heartbeatMs: z.int().min(100),
  /** Steps at a time; null leaves it to the agent (four per CPU). */
  maxParallel: z.int().min(1).nullable(),
  /**
   * What the agent is to do with its identity in this session: nothing, take a new key, or put the same key into a new
   * certificate. The server decides by its own clock and by an operator's wish, and asks again until it is done.
   */
  identity: z.enum(['keep', 'rotate-key', 'renew-certificate']).default('keep'),
});
export type AgentConfiguration = z.infer<typeof agentConfigurationSchema>;

/** `welcome` grants the session. It counts only if `helloId` is the newest hello of the agent. */
export const welcomeSchema = z.object({
  helloId: messageIdSchema,
  grant: grantSchema,
  received: z.object({ control: receivedSchema, work: receivedSchema }),
  held: z.object({ commands: heldSchema }),
  attempts: z.array(attemptDecisionSchema),
  /** Key rotation statements since the agent's pin, oldest first, each a JWS. */
  statements: z.array(z.string()),
  /** JWS by the server identity over the brokers' addresses and fingerprints; null without a broker. */
  brokers: z.string().nullable(),
  configuration: agentConfigurationSchema,
  /** How long the agent waits before it reconnects after the next loss, on top of its jitter. */
  reconnectSlotMs: z.int().min(0),
});
export type Welcome = z.infer<typeof welcomeSchema>;

/** `ack`: cumulative per stream, sent only when the receiver's store has the messages. */
export const ackSchema = z.object({
  acks: z.array(z.object({ stream: streamSchema, seq: sequenceSchema })),
});
export type Ack = z.infer<typeof ackSchema>;

/** `resync`: the sender's store wants everything after these cursors again, or a fresh hello (`streams` empty). */
export const resyncSchema = z.object({
  after: z.partialRecord(streamSchema, cursorSchema),
  reason: z.string().max(1000),
});
export type Resync = z.infer<typeof resyncSchema>;

export const byeReasonSchema = z.enum([
  'shutting-down',
  'superseded',
  'awaiting-approval',
  'duplicate-identity',
  'agent-rolled-back',
  'removed',
  /** The pin of this agent was forgotten; it comes back with its API key. */
  'forgotten',
  /** Its API key or its key is another now; what was opened with the old one ends. */
  'credentials-changed',
  'protocol-error',
]);
export type ByeReason = z.infer<typeof byeReasonSchema>;

/** `bye`: the last word of a session. `retryAfterMs` null: do not come back by yourself sooner than usual. */
export const byeSchema = z.object({
  reason: byeReasonSchema,
  text: z.string().max(1000),
  retryAfterMs: z.int().min(0).nullable(),
});
export type Bye = z.infer<typeof byeSchema>;
