/**
 * What wraps every message on every wire (docs/protocol.md, Envelope).
 *
 * Sequenced messages carry `stream` and `seq` and stand in an outbox until the receiver's store has them.
 * Unsequenced ones (control words and reports) carry a `count` that strictly increases within the epoch.
 * `at` is for people; no decision uses it. Unknown fields of a known version are ignored, unknown types are
 * refused by name.
 */
import { z } from 'zod';
import { agentIdSchema, incarnationSchema, messageIdSchema, serverIdSchema } from './ids';

export const protocolVersion = 1;

export const streamSchema = z.enum(['commands', 'control', 'work']);
/** `commands` runs from server to agent; `control` and `work` from agent to server. No order between streams. */
export type Stream = z.infer<typeof streamSchema>;
export type AgentStream = Exclude<Stream, 'commands'>;

export const directionSchema = z.enum(['server-to-agent', 'agent-to-server']);
export type Direction = z.infer<typeof directionSchema>;

export const sequenceSchema = z.int().min(1);
/** Counts from 1; 0 means "nothing yet" in cursors. */
export const cursorSchema = z.int().min(0);
export const epochSchema = z.int().min(0);

export const envelopeSchema = z.object({
  v: z.literal(protocolVersion),
  type: z.string().max(64),
  id: messageIdSchema,
  serverId: serverIdSchema,
  serverIncarnation: incarnationSchema.nullable(),
  agentId: agentIdSchema,
  incarnation: incarnationSchema.nullable(),
  epoch: epochSchema,
  direction: directionSchema,
  stream: streamSchema.optional(),
  seq: sequenceSchema.optional(),
  count: sequenceSchema.optional(),
  inReplyTo: messageIdSchema.optional(),
  at: z.iso.datetime(),
  body: z.unknown(),
});
export type RawEnvelope = z.infer<typeof envelopeSchema>;
