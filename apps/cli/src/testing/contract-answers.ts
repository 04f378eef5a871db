/** Answers that fit the contract, built through its schemas so that they cannot drift from it. */
import {
  agentSchema,
  installTokenSchema,
  keyDocumentSchema,
  runSchema,
  serverKeysSchema,
  type Agent,
  type AgentSecurity,
  type InstallToken,
  type KeyDocument,
  type Run,
  type ServerKeys,
} from '@longshore/rest-contract';

export const runId = '7b1f6a52-0d0b-4c37-9f7e-1f2b3c4d5e6f';
const at = '2026-01-01T00:00:00Z';

export function anAgent(change: Readonly<Record<string, unknown>> = {}): Agent {
  return agentSchema.parse({
    id: 'web-1',
    name: 'web-1',
    type: 'web',
    connection: 'online',
    reason: null,
    control: { transport: 'websocket', up: true, lastRoundTripAgeMs: 2000, address: '10.0.0.7' },
    http: { transport: 'https', up: true, lastRoundTripAgeMs: 61_000, address: '10.0.0.7' },
    tags: ['linux'],
    teams: [],
    fingerprint: aFingerprint('A'),
    security: aSecurity(),
    facts: null,
    status: null,
    maxParallel: null,
    openAttempts: 0,
    createdAt: at,
    ...change,
  });
}

/** Of one letter, so that a test can tell which it is; the last one holds no spare bits. */
export function aFingerprint(letter: string): string {
  return `sha256/${letter.repeat(42)}A=`;
}

export function aSecurity(change: Partial<AgentSecurity> = {}): AgentSecurity {
  return {
    keyPinnedAt: at,
    forgotten: null,
    apiKey: { id: 'k1', issuedAt: at },
    mutualAuthentication: null,
    identityRequest: null,
    ...change,
  };
}

export function anInstallToken(change: Readonly<Record<string, unknown>> = {}): InstallToken {
  return installTokenSchema.parse({
    id: 't1',
    type: 'web',
    expiresAt: '2030-01-01T00:00:00Z',
    usesLeft: 1,
    autoApprove: true,
    tags: [],
    teams: [],
    agentId: null,
    createdBy: 'admin',
    createdAt: at,
    ...change,
  });
}

export function serverKeys(change: Partial<ServerKeys> = {}): ServerKeys {
  const link = { index: 0, fingerprint: aFingerprint('A'), nextCommitment: aFingerprint('B') };
  return serverKeysSchema.parse({
    ...link,
    nextKeyHeld: true,
    rotations: 0,
    chain: [link],
    dataKeyId: 'd1',
    ...change,
  });
}

export function aKeyDocument(change: Partial<KeyDocument> = {}): KeyDocument {
  return keyDocumentSchema.parse({
    format: 'longshore-keys',
    version: 1,
    content: 'next-key',
    serverId: '6f1b3c9e-2f53-4a0f-9d6e-0a4f2c1b7e11',
    fingerprint: aFingerprint('B'),
    sealed: 'sealed-text',
    ...change,
  });
}

export function attemptId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export interface ItemWish {
  readonly step: string;
  readonly agentId: string;
  readonly outcome?: string | null;
}

/** One attempt an item, numbered as the items are. */
export function aRun(state: string, wishes: readonly ItemWish[]): Run {
  const items = wishes.map(({ step, agentId, outcome = 'succeeded' }, index) => ({
    id: attemptId(1000 + index),
    step,
    agentId,
    state: outcome === null ? 'active' : 'ended',
    outcome,
    attempts: [
      {
        id: attemptId(index),
        number: 1,
        state: outcome === null ? 'running' : 'ended',
        outcome,
        exitCode: outcome === 'succeeded' ? 0 : outcome === null ? null : 3,
        signal: null,
        reason: outcome === 'failed' ? 'The command ended with exit code 3.' : null,
        outputs: {},
        logLengths: {},
        cancelRequestedAt: null,
        queuedAt: at,
        startedAt: at,
        endedAt: outcome === null ? null : '2026-01-01T00:00:04Z',
        ranMs: outcome === null ? null : 4_000,
      },
    ],
  }));
  return runSchema.parse({
    id: runId,
    process: 'deploy',
    processVersion: 2,
    state,
    startedBy: 'admin',
    createdAt: at,
    endedAt: state === 'running' ? null : '2026-01-01T00:00:05Z',
    counts: { total: items.length, ended: items.filter((item) => item.outcome !== null).length, failed: 0 },
    definition: { name: 'deploy', steps: [...new Set(wishes.map(({ step }) => step))].map((name) => ({ name })) },
    items,
  });
}
