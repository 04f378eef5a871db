/**
 * What operators do about trust: approve or reject, forget a pin, issue and revoke API keys, rotate keys, set the
 * policy, and read what was refused and done. Times are ISO 8601 in UTC.
 */
import { z } from 'zod';
import { agentIdSchema, fingerprintSchema } from '@longshore/protocol';
import { identityRequestSchema } from './agents';

/** With a fingerprint, only the agent that holds it is approved: what the operator compared is what is pinned. */
export const approveAgentSchema = z.strictObject({ fingerprint: fingerprintSchema.optional() });
export type ApproveAgent = z.infer<typeof approveAgentSchema>;

export const forgetCertificateSchema = z.strictObject({
  /** Whether the forgotten key itself may be pinned again; off, it stays out for good. */
  allowSameKey: z.boolean().default(false),
  /** How long a key may be pinned anew; afterwards the agent has to be forgotten once more. */
  expiresInMinutes: z.int().min(1).max(43_200).default(1440),
});
export type ForgetCertificate = z.infer<typeof forgetCertificateSchema>;

/** The only answer that holds the API key. */
export const issuedApiKeySchema = z.object({ id: z.string(), apiKey: z.string() });
export type IssuedApiKey = z.infer<typeof issuedApiKeySchema>;

export const requestIdentitySchema = z.strictObject({ request: identityRequestSchema });
export type RequestIdentity = z.infer<typeof requestIdentitySchema>;

export const securityPolicySchema = z.object({
  /** Who may become an agent: with a token or without one (then awaiting approval), only with one, or nobody. */
  enrolment: z.enum(['tokens-and-first-use', 'tokens-only', 'closed']),
  /** The broker takes client certificates from every JMS agent and no longer an API key alone. */
  mutualAuthenticationForAll: z.boolean(),
  /** An agent's key is replaced when it is older; null: never by itself. */
  agentKeyMaxAgeDays: z.int().min(1).max(3650).nullable(),
});
export type SecurityPolicy = z.infer<typeof securityPolicySchema>;
export const updateSecurityPolicySchema = z.strictObject(securityPolicySchema.partial().shape);
export type UpdateSecurityPolicy = z.infer<typeof updateSecurityPolicySchema>;

export const serverKeysSchema = z.object({
  fingerprint: z.string(),
  /** The key that agents already hold the commitment to. */
  nextCommitment: z.string(),
  /** False: the next key is kept offline and has to be brought for a rotation. */
  nextKeyHeld: z.boolean(),
  /** How often the key has moved. */
  rotations: z.int(),
  chain: z.array(z.object({ index: z.int(), fingerprint: z.string(), nextCommitment: z.string() })),
  /** Of the key that secrets in the database are encrypted under. */
  dataKeyId: z.string(),
});
export type ServerKeys = z.infer<typeof serverKeysSchema>;

const passphraseSchema = z.string().min(12, 'must have at least 12 characters').max(1000);

/** Keys under a passphrase, as a file: JWE (PBES2-HS512+A256KW, A256GCM). */
export const keyDocumentSchema = z.strictObject({
  format: z.literal('longshore-keys'),
  version: z.literal(1),
  content: z.enum(['server-identity', 'next-key']),
  serverId: z.string(),
  /** Of the current key (`server-identity`) or of the next (`next-key`). */
  fingerprint: z.string(),
  sealed: z.string().max(1_000_000),
});
export type KeyDocument = z.infer<typeof keyDocumentSchema>;

export const rotateServerKeySchema = z.strictObject({
  /** The current key is stolen: also cuts every agent's connections at once and revokes all install tokens. */
  emergency: z.boolean().default(false),
  /** Where the next key is kept offline. */
  nextKey: z.strictObject({ document: keyDocumentSchema, passphrase: passphraseSchema }).nullable().default(null),
});
export type RotateServerKey = z.infer<typeof rotateServerKeySchema>;

export const exportKeysSchema = z.strictObject({
  content: z.enum(['server-identity', 'next-key']),
  passphrase: passphraseSchema,
  /** `next-key` only: the server no longer keeps it, so whoever takes the server's disk cannot rotate. */
  takeOffline: z.boolean().default(false),
  /** With `takeOffline`: what an earlier export answered, so that the server lets go only of what has arrived. */
  document: keyDocumentSchema.nullable().default(null),
});
export type ExportKeys = z.infer<typeof exportKeysSchema>;

export const rotatedDataKeySchema = z.object({ dataKeyId: z.string(), secretsEncryptedAnew: z.int() });
export type RotatedDataKey = z.infer<typeof rotatedDataKeySchema>;

/** What was refused: a key that is not the pinned one, a message that its sender may not send, a clone. */
export const securityEventSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  /** Null where nobody in particular is concerned. */
  agentId: agentIdSchema.nullable(),
  code: z.string(),
  message: z.string(),
  /** For keys: `expected` and `presented` fingerprints and the leg. */
  details: z.record(z.string(), z.unknown()).nullable(),
});
export type SecurityEvent = z.infer<typeof securityEventSchema>;
export const securityEventListSchema = z.object({ events: z.array(securityEventSchema) });

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  details: z.record(z.string(), z.unknown()).nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditListSchema = z.object({ entries: z.array(auditEntrySchema) });

/** Newest first; `before` is the id of the last one that was read. */
export const historyQuerySchema = z.object({
  agent: agentIdSchema.optional(),
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;
