import { defaultOutageContract } from '@longshore/protocol';
import { mayStart } from './may-start';
import { slotsToOffer } from './slots-to-offer';

describe('mayStart', () => {
  const order = { startEpoch: 4, outage: defaultOutageContract };
  const session = { epoch: 4, lastRoundTripAgeMs: 100, heartbeatMs: 1000, heartbeatsUntilLost: 2 };

  it('starts in the epoch that the order names, in a live session', () => {
    expect(mayStart(order, session)).toEqual({ verdict: 'start' });
  });
  it.each([
    ['there is no session', { ...session, epoch: null }],
    ['the session is of another epoch', { ...session, epoch: 5 }],
    ['the server has been silent for two heartbeats', { ...session, lastRoundTripAgeMs: 2001 }],
  ])('waits when %s', (_when, view) => {
    expect(mayStart(order, view).verdict).toBe('wait');
  });
  it('starts without the server where the outage contract says so', () => {
    const free = { ...order, outage: { ...defaultOutageContract, startWithoutServer: true } };
    expect(mayStart(free, { ...session, epoch: null })).toEqual({ verdict: 'start' });
  });
});

describe('slotsToOffer', () => {
  it.each([
    [{ maxParallel: 8, open: 0 }, 10],
    [{ maxParallel: 8, open: 9 }, 1],
    [{ maxParallel: 8, open: 10 }, 0],
    [{ maxParallel: 8, open: 50 }, 0],
    [{ maxParallel: 1, open: 1 }, 1],
  ])('%j → %d', (capacity, slots) => expect(slotsToOffer(capacity)).toBe(slots));
});
