/**
 * Typed messages: an envelope whose body is known by its type, and the one way to get there from bytes.
 *
 * `parseMessage` is the edge: whatever comes from a peer is untrusted until it has passed here.
 */
import { z } from 'zod';
import { type Direction, type RawEnvelope, envelopeSchema } from './envelope';
import { InputInvalidError, LongshoreError } from './errors';
import { limits } from './limits';
import {
  type AgentToServerType,
  type BodyOf,
  type CommandType,
  type EventType,
  type MessageType,
  type ServerToAgentType,
  type UnsequencedType,
  messageRegistry,
} from './registry';

type Sequencing<T extends MessageType> = T extends UnsequencedType
  ? { readonly count: number; readonly stream?: never; readonly seq?: never }
  : {
      readonly stream: NonNullable<(typeof messageRegistry)[T]['stream']>;
      readonly seq: number;
      readonly count?: never;
    };

type MessageOf<T extends MessageType> = T extends MessageType
  ? Readonly<Omit<RawEnvelope, 'type' | 'body' | 'stream' | 'seq' | 'count'>> & {
      readonly type: T;
      readonly body: BodyOf<T>;
    } & Sequencing<T>
  : never;

export type Message<T extends MessageType = MessageType> = MessageOf<T>;
export type ServerToAgent = Message<ServerToAgentType>;
export type AgentToServer = Message<AgentToServerType>;
export type CommandMessage = Message<CommandType>;
export type EventMessage = Message<EventType>;

/** A message of a type that this version does not know; shown to operators, never dropped in silence. */
export class MessageTypeUnknownError extends LongshoreError {
  constructor(readonly type: string) {
    super('MESSAGE_TYPE_UNKNOWN', 'give-up', `no message of type ${JSON.stringify(type.slice(0, 64))}`);
  }
}

export class MessageTooLargeError extends LongshoreError {
  constructor(readonly bytes: number) {
    super('MESSAGE_TOO_LARGE', 'give-up', `a message of ${bytes} bytes; the limit is ${limits.messageBytes}`);
  }
}

/** Reads one message from its text. Throws InputInvalidError, MessageTypeUnknownError or MessageTooLargeError. */
export function parseMessageText(text: string, direction: 'server-to-agent'): ServerToAgent;
export function parseMessageText(text: string, direction: 'agent-to-server'): AgentToServer;
export function parseMessageText(text: string, direction: Direction): Message {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.messageBytes) throw new MessageTooLargeError(bytes);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new InputInvalidError('', 'is not JSON', { cause });
  }
  return direction === 'server-to-agent' ? parseMessage(raw, direction) : parseMessage(raw, direction);
}

/** Reads one message from its parsed JSON; the caller has already bounded its size. */
export function parseMessage(raw: unknown, direction: 'server-to-agent'): ServerToAgent;
export function parseMessage(raw: unknown, direction: 'agent-to-server'): AgentToServer;
export function parseMessage(raw: unknown, direction: Direction): Message {
  const envelope = parseWith(envelopeSchema, raw);
  const definition = definitionOf(envelope.type);
  if (envelope.direction !== direction || !(definition.directions as readonly Direction[]).includes(direction)) {
    throw new InputInvalidError('direction', `${envelope.type} does not go ${direction}`);
  }
  checkSequencing(envelope, definition.stream);
  return { ...envelope, body: parseWith(definition.body, envelope.body, 'body') } as Message;
}

function definitionOf(type: string): (typeof messageRegistry)[MessageType] {
  if (!Object.hasOwn(messageRegistry, type)) throw new MessageTypeUnknownError(type);
  return messageRegistry[type as MessageType];
}

function checkSequencing(envelope: RawEnvelope, stream: string | null): void {
  if (stream === null) {
    if (envelope.count === undefined) throw new InputInvalidError('count', `is missing in ${envelope.type}`);
    if (envelope.seq !== undefined) throw new InputInvalidError('seq', `does not belong in ${envelope.type}`);
    return;
  }
  if (envelope.stream !== stream) throw new InputInvalidError('stream', `must be ${stream} in ${envelope.type}`);
  if (envelope.seq === undefined) throw new InputInvalidError('seq', `is missing in ${envelope.type}`);
}

/** Applies a schema and turns the first issue into an error that names the field. */
export function parseWith<S extends z.ZodType>(schema: S, raw: unknown, at = ''): z.infer<S> {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = [...(at === '' ? [] : [at]), ...(issue?.path ?? [])].map(String).join('.');
  throw new InputInvalidError(field, issue?.message ?? 'is not valid', { cause: result.error });
}
