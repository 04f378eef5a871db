/**
 * Every message there is: its name on the wire, its kind, its direction, its stream and its body's schema.
 * docs/reference/messages.md and the AsyncAPI document are generated from this table.
 */
import type { z } from 'zod';
import type { Direction, Stream } from './envelope';
import { agentStatusSchema, pinRefusedSchema, workerCrashedSchema } from './messages/agent';
import { ackSchema, byeSchema, helloSchema, resyncSchema, welcomeSchema } from './messages/control';
import {
  cancelStepSchema,
  runStepSchema,
  stepAcceptedSchema,
  stepEndedSchema,
  stepStartedSchema,
} from './messages/step';

export type MessageKind = 'command' | 'event' | 'report' | 'control';

interface MessageDefinition {
  readonly kind: MessageKind;
  readonly directions: readonly Direction[];
  readonly stream: Stream | null;
  readonly body: z.ZodType;
}

const toAgent = ['server-to-agent'] as const;
const toServer = ['agent-to-server'] as const;
const bothWays = ['server-to-agent', 'agent-to-server'] as const;

export const messageRegistry = {
  'step.run': { kind: 'command', directions: toAgent, stream: 'commands', body: runStepSchema },
  'step.cancel': { kind: 'command', directions: toAgent, stream: 'commands', body: cancelStepSchema },
  'step.accepted': { kind: 'event', directions: toServer, stream: 'control', body: stepAcceptedSchema },
  'step.started': { kind: 'event', directions: toServer, stream: 'control', body: stepStartedSchema },
  'worker.crashed': { kind: 'event', directions: toServer, stream: 'control', body: workerCrashedSchema },
  'pin.refused': { kind: 'event', directions: toServer, stream: 'control', body: pinRefusedSchema },
  'step.ended': { kind: 'event', directions: toServer, stream: 'work', body: stepEndedSchema },
  'agent.status': { kind: 'report', directions: toServer, stream: null, body: agentStatusSchema },
  hello: { kind: 'control', directions: toServer, stream: null, body: helloSchema },
  welcome: { kind: 'control', directions: toAgent, stream: null, body: welcomeSchema },
  ack: { kind: 'control', directions: bothWays, stream: null, body: ackSchema },
  resync: { kind: 'control', directions: bothWays, stream: null, body: resyncSchema },
  bye: { kind: 'control', directions: bothWays, stream: null, body: byeSchema },
} as const satisfies Record<string, MessageDefinition>;

export type MessageType = keyof typeof messageRegistry;
export type BodyOf<T extends MessageType> = z.infer<(typeof messageRegistry)[T]['body']>;

type TypesGoing<D extends Direction> = {
  [T in MessageType]: D extends (typeof messageRegistry)[T]['directions'][number] ? T : never;
}[MessageType];
type TypesOfKind<K extends MessageKind> = {
  [T in MessageType]: (typeof messageRegistry)[T]['kind'] extends K ? T : never;
}[MessageType];

export type ServerToAgentType = TypesGoing<'server-to-agent'>;
export type AgentToServerType = TypesGoing<'agent-to-server'>;
export type CommandType = TypesOfKind<'command'>;
export type EventType = TypesOfKind<'event'>;
export type UnsequencedType = TypesOfKind<'control' | 'report'>;
