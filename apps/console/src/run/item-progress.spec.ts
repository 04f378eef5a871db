import { attemptSchema, itemSchema, type Item } from '@longshore/rest-contract';
import { exitOf, itemToShow, lookOf, matrixOf, newestAttempt, stepProgress, wordOf } from './item-progress';

let made = 0;
const uuid = (): string => `00000000-0000-4000-8000-${String((made += 1)).padStart(12, '0')}`;

function anAttempt(change: Record<string, unknown> = {}) {
  return attemptSchema.parse({
    id: uuid(),
    number: 1,
    state: 'ended',
    outcome: 'succeeded',
    exitCode: 0,
    signal: null,
    reason: null,
    outputs: {},
    logLengths: {},
    cancelRequestedAt: null,
    queuedAt: '2026-01-01T00:00:00Z',
    startedAt: null,
    endedAt: null,
    ranMs: null,
    ...change,
  });
}

function anItem(change: Record<string, unknown> = {}): Item {
  return itemSchema.parse({
    id: uuid(),
    step: 'a',
    agentId: 'agent-1',
    state: 'ended',
    outcome: 'succeeded',
    attempts: [],
    ...change,
  });
}

describe('an item', () => {
  it.each([
    [{ state: 'waiting', outcome: null }, 'waiting'],
    [{ state: 'skipped', outcome: null }, 'skipped'],
    [{ state: 'active', outcome: null }, 'queued'],
    [{ state: 'active', outcome: null, attempts: [anAttempt({ state: 'accepted', outcome: null })] }, 'queued'],
    [{ state: 'active', outcome: null, attempts: [anAttempt({ state: 'running', outcome: null })] }, 'running'],
    [{ outcome: 'timed-out' }, 'failed'],
    [{ outcome: 'unknown' }, 'unknown'],
    [{ outcome: 'succeeded' }, 'succeeded'],
  ])('%j looks %s', (change, look) => expect(lookOf(anItem(change))).toBe(look));

  it('is being cancelled once that was asked for', () => {
    const attempt = anAttempt({ state: 'running', outcome: null, cancelRequestedAt: '2026-01-01T00:00:00Z' });
    expect(lookOf(anItem({ state: 'active', outcome: null, attempts: [attempt] }))).toBe('cancelling');
  });

  it('is spoken for by its newest attempt', () => {
    const item = anItem({ attempts: [anAttempt({ number: 2, exitCode: 7 }), anAttempt({ number: 1 })] });
    expect(newestAttempt(item)?.exitCode).toBe(7);
  });

  it('names its outcome', () => expect(wordOf(anItem({ outcome: 'timed-out' }))).toBe('timed out'));

  it.each([
    [anAttempt(), ''],
    [anAttempt({ outcome: 'failed', exitCode: 3 }), 'exit 3'],
    [anAttempt({ outcome: 'failed', exitCode: null, signal: 'SIGKILL' }), 'SIGKILL'],
    [anAttempt({ outcome: 'failed', exitCode: 0 }), 'exit 0'],
    [null, ''],
  ])('tells its exit', (attempt, text) => expect(exitOf(attempt)).toBe(text));
});

describe('a run', () => {
  it('shows what failed first, then what runs', () => {
    const ok = anItem();
    const failed = anItem({ outcome: 'failed' });
    const running = anItem({
      state: 'active',
      outcome: null,
      attempts: [anAttempt({ state: 'running', outcome: null })],
    });
    expect(itemToShow([ok, running, failed])).toBe(failed);
    expect(itemToShow([ok, running])).toBe(running);
    expect(itemToShow([])).toBeNull();
  });

  it('is a matrix with gaps where a step is not on an agent', () => {
    const items = [anItem({ agentId: 'a-10' }), anItem({ agentId: 'a-2' }), anItem({ agentId: 'a-2', step: 'b' })];
    const matrix = matrixOf(items);
    expect(matrix.agents).toEqual(['a-2', 'a-10']);
    const [second] = matrix.agents;
    expect(second && matrix.at(second, 'b')).toBe(items[2]);
    expect(items[0] && matrix.at(items[0].agentId, 'b')).toBeNull();
  });

  it('judges a step by the worst of its items', () => {
    expect(stepProgress([anItem(), anItem({ outcome: 'failed' })])).toEqual({ look: 'failed', note: '2 of 2 ended' });
    expect(stepProgress([anItem(), anItem({ state: 'waiting', outcome: null })])).toEqual({
      look: 'active',
      note: '1 of 2 ended',
    });
    expect(stepProgress([]).note).toBe('on no agent');
    const skipped = anItem({ state: 'skipped', outcome: null });
    expect(stepProgress([skipped, skipped])).toEqual({ look: 'skipped', note: 'skipped' });
    expect(stepProgress([anItem(), anItem({ outcome: 'cancelled' })]).look).toBe('skipped');
  });
});
