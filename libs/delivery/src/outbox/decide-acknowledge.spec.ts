import { decideAcknowledge } from './decide-acknowledge';

describe('decideAcknowledge', () => {
  const outbox = { lastSeq: 10, ackedSeq: 4 };

  it('moves the cursor forward', () => {
    expect(decideAcknowledge(outbox, 9)).toEqual({ verdict: 'advance', ackedSeq: 9 });
  });
  it.each([0, 3, 4])('never moves it back (%d)', (seq) => {
    expect(decideAcknowledge(outbox, seq)).toEqual({ verdict: 'nothing-new' });
  });
  it('notices that the peer has more than was ever sent', () => {
    expect(decideAcknowledge(outbox, 11)).toEqual({ verdict: 'beyond-what-was-sent', lastSeq: 10 });
  });
});
