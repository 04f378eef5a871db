import type { AttemptEvidence } from './attempt-evidence';
import { judgeAttempt } from './judge-attempt';

const identity = { pid: 7, startTime: '70', bootId: 'this boot' };
const claim = { purpose: 'start', claimant: identity, nonce: 'n' } as const;
const started = { process: { ...identity, pid: 8 }, nonce: 'n', startedAt: '', startedMonotonicMs: 0 };
const exit = { exitCode: 0, signal: null, lengths: { stdout: 0, stderr: 0 }, endedAt: '', wallMs: 1, spawnError: null };

function judge(seen: Partial<AttemptEvidence>) {
  const nothing = { claim: undefined, started: undefined, kill: undefined, exit: undefined };
  return judgeAttempt({ bootId: 'this boot', ...nothing, hostAlive: false, stepAlive: false, ...seen });
}

it.each<[string, Partial<AttemptEvidence>, ReturnType<typeof judgeAttempt>['kind']]>([
  ['nothing is there', {}, 'unclaimed'],
  ['a worker fenced it', { claim: { ...claim, purpose: 'fence' } }, 'not-started'],
  ['the host is about to spawn', { claim, hostAlive: true }, 'running'],
  ['host and step live', { claim, started, hostAlive: true, stepAlive: true }, 'running'],
  ['the step is gone and the host lives', { claim, started, hostAlive: true }, 'running'],
  ['the step lives without host', { claim, started, stepAlive: true }, 'orphaned'],
  ['both are gone', { claim, started }, 'unknown'],
  ['the claim is all there is', { claim }, 'unknown'],
  ['an exit was recorded, whoever lives', { claim, started, exit, stepAlive: true }, 'exited'],
])('when %s', (_situation, seen, kind) => {
  expect(judge(seen).kind).toBe(kind);
});

it('names a restart of the machine as the reason', () => {
  expect(judge({ claim, started, bootId: 'next boot' })).toMatchObject({
    kind: 'unknown',
    reason: 'the machine restarted while the step ran; its end was not recorded',
  });
});
