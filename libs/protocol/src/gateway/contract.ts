/**
 * The HTTPS half of the agent gateway (port 7919), for both agent types: paths, requests and answers.
 *
 * Every request is made over mutual TLS with the agent's pinned key; a JMS agent adds its API key
 * (`Authorization: Bearer lsk_…`). There are no cookies, and a request with an `Origin` is refused.
 */
import { z } from 'zod';
import { agentFactsSchema } from '../messages/agent';
import { agentIdSchema, agentTypeSchema, serverIdSchema } from '../ids';
import { sequenceSchema, streamSchema } from '../envelope';
import type { LogStream } from '../messages/step';
import { limits } from '../limits';

export const gatewayPrefix = '/agent/v1';

export const gatewayPaths = {
  enrol: `${gatewayPrefix}/enrol`,
  ping: `${gatewayPrefix}/ping`,
  commands: `${gatewayPrefix}/commands`,
  events: `${gatewayPrefix}/events`,
  log: (attemptId: string, stream: LogStream) => `${gatewayPrefix}/attempts/${attemptId}/log/${stream}`,
} as const;

/** The Socket.IO namespace of web agents, on the same port. */
export const agentNamespace = '/agents';
/** Both events of that namespace carry one message as its first argument: the object, not its text. */
export const messageEvent = 'message';
/** Says that commands up to `{ seq }` can be fetched; carries no command. */
export const commandsAvailableEvent = 'commands-available';

export const enrolRequestSchema = z.object({
  type: agentTypeSchema,
  /** The name that the agent would like; also its id when it is free. */
  name: agentIdSchema,
  /** Null: trust on first use, which ends in `awaiting-approval`. */
  token: z.object({ id: z.string().max(64), secret: z.string().max(128) }).nullable(),
  /** JWS by the identity key over the public sealing key. */
  sealingKey: z.string().max(4096),
  facts: agentFactsSchema,
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

export const jmsAccessSchema = z.object({
  vhost: z.string(),
  user: z.string(),
  queue: z.string(),
  exchange: z.string(),
  /** JWS by the server identity: `{ serverId, brokers: [{ host, port, fingerprints }] }`. */
  brokers: z.string(),
});
export type JmsAccess = z.infer<typeof jmsAccessSchema>;

export const enrolAnswerSchema = z.object({
  agentId: agentIdSchema,
  state: z.enum(['approved', 'awaiting-approval']),
  /** Set when the wished name was taken and another was given. */
  warning: z.string().nullable(),
  /** Shown this once. */
  apiKey: z.string(),
  serverId: serverIdSchema,
  /** JWS: the server's current key and the commitment to its next. */
  chainHead: z.string(),
  gateways: z.array(z.url()),
  jms: jmsAccessSchema.nullable(),
});
export type EnrolAnswer = z.infer<typeof enrolAnswerSchema>;

export const eventsRequestSchema = z.object({ messages: z.array(z.unknown()).min(1).max(limits.eventsPerRequest) });
export type EventsRequest = z.infer<typeof eventsRequestSchema>;

/** What the server's store has of each stream now, and what it refused for good (by message id). */
export const eventsAnswerSchema = z.object({
  acks: z.array(z.object({ stream: streamSchema, seq: sequenceSchema })),
  refused: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
});
export type EventsAnswer = z.infer<typeof eventsAnswerSchema>;

export const commandsQuerySchema = z.object({
  /** Highest command that the agent has recorded. */
  after: z.coerce.number().int().min(0),
  epoch: z.coerce.number().int().min(1),
});
export type CommandsQuery = z.infer<typeof commandsQuerySchema>;

/** Answer to a piece of log, in success (200) and in conflict (409: go on from `length`). */
export const logAnswerSchema = z.object({ length: z.int().min(0) });
export type LogAnswer = z.infer<typeof logAnswerSchema>;

/** Every refusal on every port has this body. */
export const problemSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
});
export type Problem = z.infer<typeof problemSchema>;
