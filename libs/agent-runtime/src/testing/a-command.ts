/** Builders of commands as a server would send them. */
import { randomUUID } from 'node:crypto';
import {
  type AttemptId,
  type CommandMessage,
  type RunStep,
  agentIdSchema,
  attemptIdSchema,
  defaultOutageContract,
  incarnationSchema,
  itemIdSchema,
  messageIdSchema,
  protocolVersion,
  runIdSchema,
  serverIdSchema,
} from '@longshore/protocol';

export const anOwner = {
  agentId: agentIdSchema.parse('quay-7'),
  serverId: serverIdSchema.parse('00000000-0000-4000-8000-000000000001'),
};
export const aServerLife = incarnationSchema.parse('00000000-0000-4000-8000-00000000000a');
export const anotherServerLife = incarnationSchema.parse('00000000-0000-4000-8000-00000000000b');

export function anAttemptId(): AttemptId {
  return attemptIdSchema.parse(randomUUID());
}

export function aRunStep(changes: Partial<RunStep> = {}): RunStep {
  return {
    attemptId: anAttemptId(),
    attemptNumber: 1,
    itemId: itemIdSchema.parse(randomUUID()),
    idempotencyKey: 'key',
    startEpoch: 1,
    run: { runId: runIdSchema.parse(randomUUID()), processName: 'deploy', stepName: 'copy' },
    plugIn: { id: 'longshore.shell', version: '1.0.0', sha256: '' },
    stepType: 'shell',
    inputs: { script: 'true' },
    sealedInputs: {},
    stepToken: null,
    environment: {},
    workingDirectory: null,
    timeoutMs: null,
    killGraceMs: 1_000,
    retryClass: 'never',
    outage: defaultOutageContract,
    logStreams: ['stdout', 'stderr'],
    ...changes,
  };
}

export function aRunCommand(seq: number, order: RunStep = aRunStep(), serverIncarnation = aServerLife): CommandMessage {
  return { ...envelope(serverIncarnation), type: 'step.run', stream: 'commands', seq, body: order };
}

export function aCancelCommand(seq: number, attemptId: AttemptId): CommandMessage {
  const body = { attemptId, reason: 'an operator wants it' };
  return { ...envelope(aServerLife), type: 'step.cancel', stream: 'commands', seq, body };
}

function envelope(serverIncarnation: typeof aServerLife) {
  return {
    v: protocolVersion,
    id: messageIdSchema.parse(randomUUID()),
    ...anOwner,
    serverIncarnation,
    incarnation: null,
    epoch: 1,
    direction: 'server-to-agent',
    at: '2026-01-01T00:00:00.000Z',
  } as const;
}
