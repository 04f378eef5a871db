/**
 * The HTTPS half of the agent gateway (port 7919), for both agent types: paths, requests and answers.
 *
 * Every request of an agent is made over mutual TLS with its pinned key and shows its API key as well
 * (`Authorization: Bearer lsk_…`), as does the handshake of its WebSocket. There are no cookies, and a request with an
 * `Origin` is refused.
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
  /** What an agent holds of its server, for one that may have missed an announcement. */
  trust: `${gatewayPrefix}/trust`,
  /** The agent's key moves, or its certificate is renewed. */
  identity: `${gatewayPrefix}/identity`,
  /** An agent whose pin was forgotten shows its API key and is pinned anew. */
  rePin: `${gatewayPrefix}/re-pin`,
  /** For steps, with their own narrow token and no client certificate: which attempt is this? */
  step: `${gatewayPrefix}/step`,
  /** For steps: the run that the step belongs to. */
  stepRun: `${gatewayPrefix}/step/run`,
} as const;

/**
 * The ALPN name under which the agent port hands out the rotation chain, as `chainDocumentSchema` in JSON, and closes.
 * The dialler presents no certificate and writes no byte: it is the only connection that no pin guards, because what
 * it carries proves itself.
 */
export const chainProtocol = 'longshore-chain';
export const chainDocumentSchema = z.object({ links: z.array(z.string()).min(1).max(10_000) });
export type ChainDocument = z.infer<typeof chainDocumentSchema>;

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
  /**
   * PEM for the agent's own key, signed by the server's private authority, where mutual authentication is on; the agent
   * then logs in to the broker by it (EXTERNAL) and the API key alone does not open the broker. Null: by API key.
   */
  clientCertificate: z.string().max(16_384).nullable().default(null),
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

export const rePinRequestSchema = enrolRequestSchema.pick({ type: true, sealingKey: true, facts: true });
export type RePinRequest = z.infer<typeof rePinRequestSchema>;
/** The API key that was shown stays as it is. */
export const rePinAnswerSchema = enrolAnswerSchema.omit({ apiKey: true });
export type RePinAnswer = z.infer<typeof rePinAnswerSchema>;

export const trustAnswerSchema = z.object({
  /** Rotation statements, oldest first: the whole chain. */
  statements: z.array(z.string()).min(1),
  gateways: z.array(z.url()),
  jms: jmsAccessSchema.nullable(),
});
export type TrustAnswer = z.infer<typeof trustAnswerSchema>;

export const moveIdentitySchema = z.object({
  /** JWS signed by the key that is pinned, around a JWS signed by the key to be pinned; see `AgentKeyMove`. */
  move: z.string().max(32_768),
  /** JWS by the key to be pinned over the public sealing key. */
  sealingKey: z.string().max(4096),
});
export type MoveIdentity = z.infer<typeof moveIdentitySchema>;
/** What a JMS agent needs from now on: its client certificate is for the new key. */
export const moveIdentityAnswerSchema = z.object({ jms: jmsAccessSchema.nullable() });
export type MoveIdentityAnswer = z.infer<typeof moveIdentityAnswerSchema>;

/** What a step may learn with its own token (`Authorization: Bearer lss_…`): itself and its run, nothing else. */
export const stepSelfSchema = z.object({
  attemptId: z.string(),
  attemptNumber: z.int(),
  agentId: agentIdSchema,
  step: z.string(),
  run: z.object({ id: z.string(), process: z.string(), state: z.string(), startedBy: z.string() }),
});
export type StepSelf = z.infer<typeof stepSelfSchema>;
export const stepRunSchema = z.object({
  id: z.string(),
  process: z.string(),
  state: z.string(),
  items: z.array(
    z.object({ step: z.string(), agentId: agentIdSchema, state: z.string(), outcome: z.string().nullable() }),
  ),
});
export type StepRun = z.infer<typeof stepRunSchema>;

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
