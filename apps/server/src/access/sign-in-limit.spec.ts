import { SignInLimit } from './sign-in-limit';

const limits = { freeFailures: 3, firstWaitMs: 1_000, longestWaitMs: 60_000, sourcesAtMost: 100 };

describe('the sign-in limit', () => {
  let nowMs = 0;
  const aLimit = (): SignInLimit => new SignInLimit(limits, () => nowMs);
  const failTimes = (limit: SignInLimit, times: number, user = 'admin', address = '1.1.1.1'): void => {
    for (let n = 0; n < times; n += 1) limit.failed(user, address);
  };

  it('lets the first failures pass and doubles the wait from then on', () => {
    const limit = aLimit();
    failTimes(limit, 2);
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(0);
    failTimes(limit, 1);
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(1_000);
    failTimes(limit, 2);
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(4_000);
    failTimes(limit, 50);
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(60_000);
  });

  it('locks nobody out from elsewhere', () => {
    const limit = aLimit();
    failTimes(limit, 10);
    expect(limit.waitMs('admin', '2.2.2.2')).toBe(0);
  });

  it('slows an address that tries many names', () => {
    const limit = aLimit();
    for (let n = 0; n < 20; n += 1) limit.failed(`user-${n}`, '1.1.1.1');
    expect(limit.waitMs('somebody-else', '1.1.1.1')).toBeGreaterThan(0);
  });

  it('forgets after a success, and after the longest wait', () => {
    const limit = aLimit();
    failTimes(limit, 3);
    limit.succeeded('admin', '1.1.1.1');
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(0);
    failTimes(limit, 3);
    nowMs += limits.longestWaitMs + 1;
    limit.failed('admin', '1.1.1.1');
    expect(limit.waitMs('admin', '1.1.1.1')).toBe(0);
  });

  it('remembers a bounded number of sources', () => {
    const limit = aLimit();
    for (let n = 0; n < 1_000; n += 1) limit.failed('admin', `10.0.${n >> 8}.${n & 255}`);
    expect(limit.sources).toBe(limits.sourcesAtMost);
  });
});
