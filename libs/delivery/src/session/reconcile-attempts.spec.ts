import type { AttemptId, AttemptPhase, AttemptState } from '@longshore/protocol';
import { attemptsToOfferAgain, reconcileAttempts } from './reconcile-attempts';

const attemptId = 'attempt' as AttemptId;
const open = (phase: AttemptPhase) => [{ attemptId, phase }];
const known = (state: AttemptState, fenced = false) => [{ attemptId, state, fenced }];

describe('reconcileAttempts', () => {
  it.each<[AttemptPhase, AttemptState, string]>([
    ['started', 'running', 'continue'],
    ['started', 'offered', 'continue'],
    ['accepted', 'accepted', 'continue'],
    ['ended', 'running', 'report-again'],
    ['ended', 'ended', 'continue'],
    ['started', 'ended', 'abandon'],
  ])('agent %s, server %s → %s', (phase, state, decision) => {
    expect(reconcileAttempts(open(phase), known(state))).toEqual([{ attemptId, decision }]);
  });
  it('abandons what the server does not know or has fenced', () => {
    expect(reconcileAttempts(open('started'), [])).toEqual([{ attemptId, decision: 'abandon' }]);
    expect(reconcileAttempts(open('ended'), known('running', true))).toEqual([{ attemptId, decision: 'abandon' }]);
  });
});

describe('attemptsToOfferAgain', () => {
  it.each<[AttemptPhase | null, AttemptState, boolean]>([
    [null, 'offered', true],
    ['received', 'offered', true],
    ['accepted', 'accepted', true],
    ['started', 'accepted', false],
    ['ended', 'offered', false],
    [null, 'running', false],
    [null, 'queued', false],
  ])('agent %s, server %s → offered again: %s', (phase, state, again) => {
    expect(attemptsToOfferAgain(phase === null ? [] : open(phase), known(state))).toEqual(again ? [attemptId] : []);
  });
  it('never offers a fenced attempt again', () => {
    expect(attemptsToOfferAgain([], known('offered', true))).toEqual([]);
  });
});
