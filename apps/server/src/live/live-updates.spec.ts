import type { LiveEvent } from '@longshore/rest-contract';
import { LiveUpdates } from './live-updates';

describe('live updates', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tell a topic at once, then at most four times a second, and never forget the last change', () => {
    const live = new LiveUpdates();
    const told: LiveEvent[] = [];
    live.subscribe((event) => told.push(event));
    for (let n = 0; n < 100; n += 1) {
      live.changed({ topic: 'runs' });
      jest.advanceTimersByTime(10);
    }
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(5);
    const before = told.length;
    live.changed({ topic: 'runs' });
    jest.advanceTimersByTime(1_000);
    expect(told.length).toBe(before + 1);
  });

  it('keep runs apart, and tell nobody who has gone', () => {
    const live = new LiveUpdates();
    const told: LiveEvent[] = [];
    const stop = live.subscribe((event) => told.push(event));
    live.changed({ topic: 'run', id: 'a' });
    live.changed({ topic: 'run', id: 'b' });
    expect(told).toEqual([
      { topic: 'run', id: 'a' },
      { topic: 'run', id: 'b' },
    ]);
    stop();
    jest.advanceTimersByTime(1_000);
    live.changed({ topic: 'run', id: 'a' });
    expect(told).toHaveLength(2);
  });
});
