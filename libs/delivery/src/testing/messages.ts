/** Builders of whole messages for tests of wires; every field can be replaced. */
import { randomUUID } from 'node:crypto';
import {
  type AgentId,
  agentIdSchema,
  type AttemptId,
  attemptIdSchema,
  type CommandMessage,
  defaultOutageContract,
  type EventMessage,
  fingerprintSchema,
  type Incarnation,
  incarnationSchema,
  itemIdSchema,
  type Message,
  type MessageId,
  messageIdSchema,
  runIdSchema,
  type ServerId,
  serverIdSchema,
} from '@longshore/protocol';
import type { UnsequencedToServer } from '../channel/agent-channel';

export interface Ends {
  readonly agentId: AgentId;
  readonly serverId: ServerId;
}

export const anAgentId = (name = `agent-${randomUUID().slice(0, 8)}`): AgentId => agentIdSchema.parse(name);
export const aServerId = (): ServerId => serverIdSchema.parse(randomUUID());
export const aMessageId = (): MessageId => messageIdSchema.parse(randomUUID());
export const anAttemptId = (): AttemptId => attemptIdSchema.parse(randomUUID());
const anIncarnation = (): Incarnation => incarnationSchema.parse(randomUUID());

const serverIncarnation = anIncarnation();
const incarnation = anIncarnation();
const nothing = { lowest: 0, highest: 0, highestId: null };
const facts = { hostname: 'h', platform: 'linux', architecture: 'x64', cpus: 2, agentVersion: '0', nodeVersion: '24' };

function envelope<D extends 'server-to-agent' | 'agent-to-server'>(ends: Ends, direction: D) {
  return {
    v: 1,
    id: aMessageId(),
    ...ends,
    serverIncarnation,
    incarnation,
    epoch: 1,
    direction,
    at: new Date().toISOString(),
  } as const;
}

export function aHello(ends: Ends, count = 1): Message<'hello'> {
  const body = {
    lastGrant: null,
    previousHelloId: null,
    bootId: 'boot',
    received: { commands: { highest: 0, highestId: null } },
    held: { control: nothing, work: nothing },
    openAttempts: [],
    pins: [fingerprintSchema.parse(`sha256/${Buffer.alloc(32).toString('base64')}`)],
    sealingKey: 'jws',
    versions: { protocol: 1, agent: '0', journal: 1 },
    journal: { seq: 0, hash: '' },
    facts,
    maxParallel: 4,
  };
  return { ...envelope(ends, 'agent-to-server'), type: 'hello', count, body };
}

export function aWelcome(ends: Ends, hello: UnsequencedToServer): Message<'welcome'> {
  const received = { highest: 0, highestId: null };
  const body = {
    helloId: hello.id,
    grant: { epoch: 1, nonce: 'n'.repeat(16) },
    received: { control: received, work: received },
    held: { commands: nothing },
    attempts: [],
    statements: [],
    brokers: null,
    configuration: { heartbeatMs: 1_000, maxParallel: null, identity: 'keep' as const },
    reconnectSlotMs: 0,
  };
  return { ...envelope(ends, 'server-to-agent'), type: 'welcome', count: 1, inReplyTo: hello.id, body };
}

export function anAck(ends: Ends, seq: number): Message<'ack'> {
  return {
    ...envelope(ends, 'server-to-agent'),
    type: 'ack',
    count: seq,
    body: { acks: [{ stream: 'control', seq }] },
  };
}

export function anAcceptedStep(ends: Ends, seq: number): Message<'step.accepted'> {
  return {
    ...envelope(ends, 'agent-to-server'),
    type: 'step.accepted',
    stream: 'control',
    seq,
    body: { attemptId: anAttemptId() },
  };
}

/** An event whose JSON is about `bytes` long. */
export function aLargeEvent(ends: Ends, seq: number, bytes: number): EventMessage {
  const body = { exitCode: 1, signal: null, attempts: [], lastLines: ['x'.repeat(bytes)] };
  return { ...envelope(ends, 'agent-to-server'), type: 'worker.crashed', stream: 'control', seq, body };
}

export function aCancel(ends: Ends, seq: number): CommandMessage {
  const body = { attemptId: anAttemptId(), reason: 'test' };
  return { ...envelope(ends, 'server-to-agent'), type: 'step.cancel', stream: 'commands', seq, body };
}

/** A command whose JSON is about `bytes` long. */
export function aLargeCommand(ends: Ends, seq: number, bytes: number): CommandMessage {
  const body = {
    attemptId: anAttemptId(),
    attemptNumber: 1,
    itemId: itemIdSchema.parse(randomUUID()),
    idempotencyKey: 'k',
    startEpoch: 1,
    run: { runId: runIdSchema.parse(randomUUID()), processName: 'p', stepName: 's' },
    plugIn: { id: 'shell', version: '1', sha256: '0' },
    stepType: 'shell',
    inputs: { script: 'x'.repeat(bytes) },
    sealedInputs: {},
    stepToken: null,
    environment: {},
    workingDirectory: null,
    timeoutMs: null,
    killGraceMs: 0,
    retryClass: 'never' as const,
    outage: defaultOutageContract,
    logStreams: ['stdout' as const],
  };
  return { ...envelope(ends, 'server-to-agent'), type: 'step.run', stream: 'commands', seq, body };
}
