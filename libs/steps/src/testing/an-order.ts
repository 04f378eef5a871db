/** Builders: a shell step as the server would order it, and the bare program that a host is asked to start. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { defaultOutageContract, runStepSchema, type RunStep } from '@longshore/protocol';
import type { AttemptOrder } from '../attempt/attempt-order';
import type { StepProgram } from '../step-host/host-message';

const fixtures = resolve(__dirname, '../../test/fixtures');

export function fixture(name: string): string {
  return `${fixtures}/${name}`;
}

export function anOrder(script: string, changes: Partial<Record<keyof RunStep, unknown>> = {}): AttemptOrder {
  const step = runStepSchema.parse({
    attemptId: randomUUID(),
    attemptNumber: 1,
    itemId: randomUUID(),
    idempotencyKey: 'key',
    startEpoch: 1,
    run: { runId: randomUUID(), processName: 'test', stepName: 'one' },
    plugIn: { id: 'longshore.shell', version: '1.0.0', sha256: '' },
    stepType: 'shell',
    inputs: { script },
    sealedInputs: {},
    stepToken: null,
    environment: {},
    workingDirectory: null,
    timeoutMs: null,
    killGraceMs: 300,
    retryClass: 'never',
    outage: defaultOutageContract,
    logStreams: ['stdout', 'stderr'],
    ...changes,
  });
  return { step, secureInputs: {}, access: null, agentHome: tmpdir() };
}

export function aProgram(script: string, changes: Partial<StepProgram> = {}): StepProgram {
  const environment = { PATH: process.env['PATH'] ?? '' };
  const bounds = { timeoutMs: null, killGraceMs: 300, reap: false };
  return { command: 'sh', args: ['-c', script], workingDirectory: tmpdir(), environment, ...bounds, ...changes };
}
