/** Sign-in, API tokens and what the server says of itself. */
import { z } from 'zod';

export const signInSchema = z.strictObject({ user: z.string().min(1).max(100), password: z.string().min(1).max(1000) });
export type SignIn = z.infer<typeof signInSchema>;

/** The token is also set as an HttpOnly cookie, which is what the console uses. */
export const sessionSchema = z.object({ user: z.string(), token: z.string(), expiresAt: z.iso.datetime() });
export type Session = z.infer<typeof sessionSchema>;

export const meSchema = z.object({ user: z.string() });
export type Me = z.infer<typeof meSchema>;

export const createApiTokenSchema = z.strictObject({
  name: z.string().min(1).max(100),
  expiresInDays: z.int().min(1).max(3650).nullable().default(null),
});
export type CreateApiToken = z.infer<typeof createApiTokenSchema>;

export const apiTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;
export const createdApiTokenSchema = apiTokenSchema.extend({ token: z.string() });
export type CreatedApiToken = z.infer<typeof createdApiTokenSchema>;
export const apiTokenListSchema = z.object({ tokens: z.array(apiTokenSchema) });

export const serverFactsSchema = z.object({
  serverId: z.string(),
  version: z.string(),
  fingerprint: z.string(),
  gateways: z.array(z.string()),
  /** `connected`, or a sentence on what is missing so that JMS agents cannot be served. */
  broker: z.object({ state: z.enum(['connected', 'unreachable', 'not-configured']), detail: z.string() }),
});
export type ServerFacts = z.infer<typeof serverFactsSchema>;

/** Server-sent events on `GET /api/v1/live`: what changed, so that a view can ask again. Never the data itself. */
export const liveEventSchema = z.union([
  z.object({ topic: z.literal('agents') }),
  z.object({ topic: z.literal('runs') }),
  z.object({ topic: z.literal('run'), id: z.string() }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;
