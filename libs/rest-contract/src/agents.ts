/** Agents and install tokens as the REST API shows and takes them. Times are ISO 8601 in UTC, ages in ms. */
import { z } from 'zod';
import { agentFactsSchema, agentIdSchema, agentStatusSchema, agentTypeSchema } from '@longshore/protocol';

/** Honest status, computed from the last application round trip of each leg (docs/operations.md, Agent status). */
export const agentConnectionSchema = z.enum([
  'online',
  'connecting',
  'offline',
  'error',
  'upgrade-recommended',
  'upgrade-required',
  'unavailable',
  'awaiting-approval',
]);
export type AgentConnection = z.infer<typeof agentConnectionSchema>;

export const legSchema = z.object({
  /** `websocket` or `amqp` for the control leg, `https` for the other. */
  transport: z.enum(['websocket', 'amqp', 'https']),
  up: z.boolean(),
  /** Age of the last application round trip as the server saw it; null if there never was one. */
  lastRoundTripAgeMs: z.int().nullable(),
  address: z.string().nullable(),
});
export type Leg = z.infer<typeof legSchema>;

export const identityRequestSchema = z.enum(['rotate-key', 'renew-certificate']);
export type IdentityRequest = z.infer<typeof identityRequestSchema>;

/** What the server holds of an agent's identity, as far as it may be shown. */
export const agentSecuritySchema = z.object({
  /** When the pinned key was pinned; null while the pin is forgotten. */
  keyPinnedAt: z.iso.datetime().nullable(),
  /** Set by *forget certificate* until a key is pinned again or the permission expires. */
  forgotten: z.object({ fingerprint: z.string(), expiresAt: z.iso.datetime(), sameKeyAllowed: z.boolean() }).nullable(),
  /** Null: revoked; the agent is out until a key is issued and put on its host. */
  apiKey: z.object({ id: z.string(), issuedAt: z.iso.datetime() }).nullable(),
  /** JMS agents: whether the broker demands the client certificate, by the agent's own setting or by the policy. */
  mutualAuthentication: z.object({ ofAgent: z.boolean(), byPolicy: z.boolean() }).nullable(),
  /** Asked of the agent and not done yet. */
  identityRequest: identityRequestSchema.nullable(),
});
export type AgentSecurity = z.infer<typeof agentSecuritySchema>;

export const agentSchema = z.object({
  id: agentIdSchema,
  name: z.string(),
  type: agentTypeSchema,
  connection: agentConnectionSchema,
  /** One sentence on why the connection is what it is; null when online. */
  reason: z.string().nullable(),
  control: legSchema,
  http: legSchema,
  tags: z.array(z.string()),
  teams: z.array(z.string()),
  /** Of the pinned key; null while the pin is forgotten. */
  fingerprint: z.string().nullable(),
  security: agentSecuritySchema,
  facts: agentFactsSchema.nullable(),
  status: agentStatusSchema.nullable(),
  maxParallel: z.int().nullable(),
  openAttempts: z.int(),
  createdAt: z.iso.datetime(),
});
export type Agent = z.infer<typeof agentSchema>;

export const agentListSchema = z.object({ agents: z.array(agentSchema), total: z.int() });
export type AgentList = z.infer<typeof agentListSchema>;

export const agentListQuerySchema = z.object({
  tag: z.string().max(100).optional(),
  type: agentTypeSchema.optional(),
  search: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  offset: z.coerce.number().int().min(0).default(0),
});
export type AgentListQuery = z.infer<typeof agentListQuerySchema>;

const tagSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/, 'must be 1 to 100 letters, digits or . _ : / -');

export const updateAgentSchema = z.strictObject({
  tags: z.array(tagSchema).max(100).optional(),
  /** Steps at a time; null: the agent decides (four per CPU). */
  maxParallel: z.int().min(1).max(1000).nullable().optional(),
  teams: z.array(tagSchema).max(100).optional(),
  /** JMS agents only: the broker takes the client certificate and no longer the API key alone. */
  mutualAuthentication: z.boolean().optional(),
});
export type UpdateAgent = z.infer<typeof updateAgentSchema>;

export const createInstallTokenSchema = z.strictObject({
  /** Null: either type. */
  type: agentTypeSchema.nullable().default(null),
  expiresInMinutes: z.int().min(1).max(5_256_000).default(60),
  /** How many agents may enrol with it. */
  uses: z.int().min(1).max(1_000_000).default(1),
  autoApprove: z.boolean().default(true),
  tags: z.array(tagSchema).max(100).default([]),
  teams: z.array(tagSchema).max(100).default([]),
  /** Bound to an agent that is known: whoever holds it may pin a new key for that agent, and nothing else. */
  agentId: agentIdSchema.nullable().default(null),
});
export type CreateInstallToken = z.infer<typeof createInstallTokenSchema>;

export const installTokenSchema = z.object({
  id: z.string(),
  type: agentTypeSchema.nullable(),
  expiresAt: z.iso.datetime(),
  usesLeft: z.int(),
  autoApprove: z.boolean(),
  tags: z.array(z.string()),
  teams: z.array(z.string()),
  agentId: agentIdSchema.nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
});
export type InstallToken = z.infer<typeof installTokenSchema>;
export const installTokenListSchema = z.object({ tokens: z.array(installTokenSchema) });

/** The only answer that holds the token itself (`lsi_…`, carries fingerprint and gateways). */
export const createdInstallTokenSchema = installTokenSchema.extend({ token: z.string() });
export type CreatedInstallToken = z.infer<typeof createdInstallTokenSchema>;
