import { type ConnectionQuestion, decideConnection, lostAfterMs } from './decide-connection';

const heartbeatMs = 10_000;
const fresh = { ageMs: 3_000, closed: false };
const stale = { ageMs: lostAfterMs(heartbeatMs) + 1, closed: false };
const never = { ageMs: null, closed: false };
const closed = { ageMs: 3_000, closed: true };

const anAgent = (seen: Partial<ConnectionQuestion>): ConnectionQuestion => ({
  type: 'web',
  approved: true,
  quarantine: null,
  fingerprint: 'sha256/pinned',
  apiKeyId: 'key',
  control: fresh,
  http: fresh,
  status: { refusesWork: null, worker: 'running' },
  heartbeatMs,
  brokerProblem: null,
  ...seen,
});

describe('the connection of an agent', () => {
  it.each<[string, Partial<ConnectionQuestion>, string, RegExp | null]>([
    ['both legs answer', {}, 'online', null],
    ['HTTPS has never answered', { http: never }, 'connecting', /HTTPS: no round trip yet/],
    ['HTTPS is silent', { http: stale }, 'connecting', /HTTPS: last round trip 23 s ago/],
    ['neither leg answers', { control: stale, http: stale }, 'offline', /WebSocket: last round trip/],
    ['it was never there', { control: never, http: never }, 'offline', /no round trip yet/],
    ['its WebSocket closed just now', { control: closed }, 'error', /WebSocket: closed.*HTTPS is up/],
    ['its WebSocket closed and HTTPS is silent', { control: closed, http: stale }, 'offline', /closed/],
    ['its pin was forgotten', { fingerprint: null }, 'offline', /certificate is forgotten/],
    ['its API key was revoked', { apiKeyId: null }, 'error', /API key is revoked/],
    ['the disk is full', { status: { refusesWork: 'disk full', worker: 'running' } }, 'error', /disk full/],
    ['the worker has stopped', { status: { refusesWork: null, worker: 'stopped' } }, 'error', /worker/],
    ['it waits for approval', { approved: false }, 'awaiting-approval', /fingerprint/],
    ['it is a clone', { quarantine: 'duplicate-identity' }, 'error', /two agents/],
    ['its journal went back', { quarantine: 'agent-rolled-back', approved: false }, 'error', /back in time/],
    [
      'the broker is away',
      { type: 'jms', control: stale, brokerProblem: 'no broker' },
      'error',
      /AMQP: no broker; HTTPS is up/,
    ],
    [
      'the broker is away and HTTPS too',
      { type: 'jms', control: stale, http: never, brokerProblem: 'no broker' },
      'offline',
      /no broker/,
    ],
    ['the broker is away just now', { type: 'jms', brokerProblem: 'no broker' }, 'online', null],
  ])('when %s', (_, seen, connection, reason) => {
    const verdict = decideConnection(anAgent(seen));
    expect(verdict.connection).toBe(connection);
    if (reason === null) expect(verdict.reason).toBeNull();
    else expect(verdict.reason).toMatch(reason);
  });

  it('is up until two heartbeats and their jitter have passed, and not a moment longer', () => {
    const last = lostAfterMs(heartbeatMs);
    expect(decideConnection(anAgent({ control: { ageMs: last, closed: false } })).controlUp).toBe(true);
    expect(decideConnection(anAgent({ control: { ageMs: last + 1, closed: false } })).controlUp).toBe(false);
    expect(last).toBeGreaterThan(2 * heartbeatMs);
  });
});
