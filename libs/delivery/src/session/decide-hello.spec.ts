import type { Grant, Incarnation, MessageId } from '@longshore/protocol';
import { type IncomingHello, type SessionRecord, decideHello } from './decide-hello';

const life = (name: string) => name as Incarnation;
const helloNamed = (name: string) => name as MessageId;
const grant = (epoch: number): Grant => ({ epoch, nonce: `nonce-of-epoch-${epoch}` });

const aRecord = (changes: Partial<SessionRecord> = {}): SessionRecord => ({
  incarnation: life('first life'),
  lastGrant: grant(7),
  previousGrant: grant(6),
  lastHelloId: helloNamed('hello 7'),
  journalSeq: 100,
  ...changes,
});

const aHello = (
  changes: Partial<IncomingHello['body']> & { helloId?: string; incarnation?: string; answeredBefore?: boolean } = {},
): IncomingHello => {
  const { helloId = 'hello 8', incarnation = 'first life', answeredBefore = false, ...body } = changes;
  return {
    helloId: helloNamed(helloId),
    answeredBefore,
    incarnation: life(incarnation),
    body: { lastGrant: grant(7), previousHelloId: null, journal: { seq: 100, hash: 'h' }, ...body },
  };
};

describe('decideHello', () => {
  it('grants epoch 1 to an agent that never had a session', () => {
    const never = aRecord({
      lastGrant: null,
      previousGrant: null,
      lastHelloId: null,
      incarnation: null,
      journalSeq: 0,
    });
    expect(decideHello(never, aHello({ lastGrant: null }))).toEqual({ verdict: 'grant', epoch: 1, because: 'first' });
  });

  it('grants the next epoch to a hello that names the last grant', () => {
    expect(decideHello(aRecord(), aHello())).toEqual({ verdict: 'grant', epoch: 8, because: 'reconnect' });
  });

  it('does not take a hello of long ago for a clone, whatever was done to the agent since', () => {
    const replayed = aHello({ helloId: 'hello 3', answeredBefore: true, lastGrant: grant(2) });
    expect(decideHello(aRecord(), replayed)).toEqual({ verdict: 'replayed' });
    expect(decideHello(aRecord({ incarnation: null }), replayed)).toEqual({ verdict: 'replayed' });
    const ofAClone = aHello({ helloId: 'hello 9', lastGrant: grant(2) });
    expect(decideHello(aRecord(), ofAClone)).toMatchObject({ verdict: 'quarantine' });
  });

  it('takes whatever journal comes first with a key that was pinned anew', () => {
    const pinnedAnew = aRecord({ incarnation: null });
    const another = { incarnation: 'second life', journal: { seq: 1, hash: 'h' } };
    expect(decideHello(pinnedAnew, aHello({ ...another, lastGrant: null }))).toEqual({
      verdict: 'grant',
      epoch: 8,
      because: 'installed-anew',
    });
    expect(decideHello(pinnedAnew, aHello())).toEqual({ verdict: 'grant', epoch: 8, because: 'reconnect' });
    expect(decideHello(aRecord(), aHello({ ...another, lastGrant: null }))).toMatchObject({ verdict: 'quarantine' });
  });

  it('answers the same hello with the grant that it already made', () => {
    expect(decideHello(aRecord(), aHello({ helloId: 'hello 7', lastGrant: grant(6) }))).toEqual({
      verdict: 'repeat-grant',
      grant: grant(7),
    });
  });

  it('accepts the grant before the last when the hello says that the welcome was lost', () => {
    const hello = aHello({ lastGrant: grant(6), previousHelloId: helloNamed('hello 7') });
    expect(decideHello(aRecord(), hello)).toEqual({ verdict: 'grant', epoch: 8, because: 'welcome-lost' });
  });

  it.each([
    ['an older grant', { lastGrant: grant(3) }],
    ['the grant before the last, without the hello whose welcome was lost', { lastGrant: grant(6) }],
    ['the right epoch with another nonce', { lastGrant: { epoch: 7, nonce: 'another-nonce-16' } }],
    ['no grant at all', { lastGrant: null }],
    ['another incarnation', { incarnation: 'second life' }],
  ])('takes %s for a second agent of the same name', (_what, changes) => {
    expect(decideHello(aRecord(), aHello(changes))).toEqual({ verdict: 'quarantine', reason: 'duplicate-identity' });
  });

  it('takes a shorter journal for an agent that went back in time', () => {
    const hello = aHello({ journal: { seq: 99, hash: 'h' } });
    expect(decideHello(aRecord(), hello)).toEqual({ verdict: 'quarantine', reason: 'agent-rolled-back' });
  });
});
