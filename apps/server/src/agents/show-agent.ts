/** What an operator sees of an agent. */
import type { AgentRecord } from '@longshore/persistence';
import type { Agent, AgentSecurity } from '@longshore/rest-contract';
import { decideConnection } from './decide-connection';

export interface Circumstances {
  readonly heartbeatMs: number;
  /** Why no JMS agent can be reached; null while the broker is connected. */
  readonly brokerProblem: string | null;
}

export function showAgent(record: AgentRecord, { heartbeatMs, brokerProblem }: Circumstances): Agent {
  const { id, name, type, tags, teams, fingerprint, facts, status, maxParallel, openAttempts } = record;
  const verdict = decideConnection({
    ...record,
    control: { ageMs: record.controlAgeMs, closed: record.problem !== null },
    // Nothing of an agent without a pin is answered.
    http: { ageMs: record.httpAgeMs, closed: record.fingerprint === null },
    heartbeatMs,
    brokerProblem,
  });
  return {
    ...{ id, name, type, tags, teams, fingerprint, facts, status, maxParallel, openAttempts },
    connection: verdict.connection,
    reason: verdict.reason,
    control: {
      transport: type === 'web' ? 'websocket' : 'amqp',
      up: verdict.controlUp,
      lastRoundTripAgeMs: record.controlAgeMs,
      address: record.controlAddress,
    },
    http: { transport: 'https', up: verdict.httpUp, lastRoundTripAgeMs: record.httpAgeMs, address: record.httpAddress },
    security: showSecurity(record),
    createdAt: record.createdAt.toISOString(),
  };
}

function showSecurity(record: AgentRecord): AgentSecurity {
  const { fingerprint, forgottenKey, forgetExpiresAt, forgetExpired, forgetAllowsSameKey, apiKeyId } = record;
  const mayPin = fingerprint === null && forgottenKey !== null && forgetExpiresAt !== null && !forgetExpired;
  return {
    keyPinnedAt: fingerprint === null ? null : record.keyPinnedAt.toISOString(),
    forgotten: mayPin
      ? { fingerprint: forgottenKey, expiresAt: forgetExpiresAt.toISOString(), sameKeyAllowed: forgetAllowsSameKey }
      : null,
    apiKey: apiKeyId === null ? null : { id: apiKeyId, issuedAt: record.apiKeyIssuedAt.toISOString() },
    mutualAuthentication:
      record.type === 'jms' ? { ofAgent: record.mutualAuth, byPolicy: record.mutualAuthForAll } : null,
    identityRequest: record.identityRequest,
  };
}
