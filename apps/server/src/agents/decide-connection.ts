/**
 * What is the honest status of an agent? Decided from the last application round trip of each leg as the server saw
 * it, never from an open socket (docs/operations.md, Agent status).
 *
 * - `awaiting-approval`: enrolled without a token; gets no work until an operator has compared fingerprints.
 * - `error`: somebody has to look: quarantined, without a valid API key, or it refuses work, or its control leg is down while HTTPS answers.
 * - `online`: both legs had a round trip within two heartbeats and their jitter.
 * - `connecting`: the control leg is up, HTTPS is not (yet): results and logs do not get through.
 * - `offline`: neither leg; or its pin is forgotten, and what is still open ends within a second.
 */
import { type AgentStatus, type AgentType, timeouts } from '@longshore/protocol';
import type { AgentConnection } from '@longshore/rest-contract';

export interface LegSeen {
  /** Age of the last round trip; null if there never was one. */
  readonly ageMs: number | null;
  /** The connection was seen to close and none has been seen since. */
  readonly closed: boolean;
}

export interface ConnectionQuestion {
  readonly type: AgentType;
  readonly approved: boolean;
  readonly quarantine: string | null;
  /** Null: its pin is forgotten. */
  readonly fingerprint: string | null;
  /** Null: its API key is revoked. */
  readonly apiKeyId: string | null;
  readonly control: LegSeen;
  readonly http: LegSeen;
  readonly status: Pick<AgentStatus, 'refusesWork' | 'worker'> | null;
  readonly heartbeatMs: number;
  /** Why no JMS agent can be reached at all; null while the broker is connected. */
  readonly brokerProblem: string | null;
}

export interface ConnectionVerdict {
  readonly connection: AgentConnection;
  readonly reason: string | null;
  readonly controlUp: boolean;
  readonly httpUp: boolean;
}

/** Reports are sent with jitter, and a busy machine is late: a quarter of a heartbeat, at least half a second. */
export const lostAfterMs = (heartbeatMs: number): number =>
  timeouts.heartbeatsUntilLost * heartbeatMs + Math.max(500, heartbeatMs / 4);

export const isUp = ({ ageMs, closed }: LegSeen, heartbeatMs: number): boolean =>
  ageMs !== null && !closed && ageMs <= lostAfterMs(heartbeatMs);

export function decideConnection(question: ConnectionQuestion): ConnectionVerdict {
  const controlUp = isUp(question.control, question.heartbeatMs);
  const httpUp = isUp(question.http, question.heartbeatMs);
  return { ...judge(question, controlUp, httpUp), controlUp, httpUp };
}

type Judgement = Pick<ConnectionVerdict, 'connection' | 'reason'>;

function judge(question: ConnectionQuestion, controlUp: boolean, httpUp: boolean): Judgement {
  if (question.quarantine !== null) return { connection: 'error', reason: quarantineReason(question.quarantine) };
  if (!question.approved) {
    return { connection: 'awaiting-approval', reason: 'enrolled on first use; compare its fingerprint and approve it' };
  }
  if (question.apiKeyId === null) return { connection: 'error', reason: 'its API key is revoked; issue another one' };
  if (question.fingerprint === null) {
    return { connection: 'offline', reason: 'its certificate is forgotten; it has to come with its API key' };
  }
  if (controlUp && httpUp) return judgeConnected(question);
  if (controlUp) return { connection: 'connecting', reason: `HTTPS: ${describeLeg(question.http)}` };
  const control = describeControl(question);
  if (httpUp) return { connection: 'error', reason: `${control}; HTTPS is up` };
  return { connection: 'offline', reason: control };
}

function judgeConnected({ status }: ConnectionQuestion): Judgement {
  if (status !== null && status.refusesWork !== null) {
    return { connection: 'error', reason: `takes no new work: ${status.refusesWork}` };
  }
  if (status?.worker === 'stopped') return { connection: 'error', reason: 'its worker has stopped' };
  return { connection: 'online', reason: null };
}

function describeControl({ type, control, brokerProblem }: ConnectionQuestion): string {
  if (type === 'web') return `WebSocket: ${describeLeg(control)}`;
  if (brokerProblem !== null) return `AMQP: ${brokerProblem}`;
  return `AMQP: ${describeLeg(control)}`;
}

function describeLeg({ ageMs, closed }: LegSeen): string {
  if (ageMs === null) return 'no round trip yet';
  return `${closed ? 'closed, ' : ''}last round trip ${describeAge(ageMs)} ago`;
}

function describeAge(ageMs: number): string {
  const seconds = Math.round(ageMs / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function quarantineReason(quarantine: string): string {
  switch (quarantine) {
    case 'duplicate-identity':
      return 'two agents use this identity (a clone?); it is quarantined';
    case 'agent-rolled-back':
      return 'its journal went back in time (a restored snapshot?); it is quarantined';
    default:
      return `quarantined: ${quarantine}`;
  }
}
