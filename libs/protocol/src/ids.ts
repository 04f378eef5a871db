/**
 * The branded identifiers that cross a wire, so that an attempt can never be passed where an item is meant.
 *
 * Agent ids reach broker permissions (regular expressions), routing keys and file names, hence their narrow
 * alphabet (docs/protocol.md, Enrolment). All other ids are UUIDs made by their sender.
 */
import { z } from 'zod';

export const agentIdSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, 'must be 1 to 64 of a-z, 0-9 and -')
  .brand('AgentId');
export type AgentId = z.infer<typeof agentIdSchema>;

export const serverIdSchema = z.uuid().brand('ServerId');
export type ServerId = z.infer<typeof serverIdSchema>;

/** One life of a journal (agent) or of the database (server); new after reinstall, restore or fork. */
export const incarnationSchema = z.uuid().brand('Incarnation');
export type Incarnation = z.infer<typeof incarnationSchema>;

export const messageIdSchema = z.uuid().brand('MessageId');
export type MessageId = z.infer<typeof messageIdSchema>;

export const runIdSchema = z.uuid().brand('RunId');
export type RunId = z.infer<typeof runIdSchema>;

export const itemIdSchema = z.uuid().brand('ItemId');
export type ItemId = z.infer<typeof itemIdSchema>;

export const attemptIdSchema = z.uuid().brand('AttemptId');
export type AttemptId = z.infer<typeof attemptIdSchema>;

/** SHA-256 of a DER SubjectPublicKeyInfo: the form in which a peer's key is remembered. */
export const fingerprintSchema = z
  .string()
  .regex(/^sha256\/[A-Za-z0-9+/]{43}=$/, 'must be sha256/ and 44 characters of base64')
  .brand('Fingerprint');
export type Fingerprint = z.infer<typeof fingerprintSchema>;

export const agentTypeSchema = z.enum(['web', 'jms']);
export type AgentType = z.infer<typeof agentTypeSchema>;
