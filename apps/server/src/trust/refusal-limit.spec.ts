import { RefusalLimit } from './refusal-limit';

describe('the limit of security events', () => {
  it('tells the first of a kind in a minute, and how many there were since', () => {
    const limit = new RefusalLimit();
    expect(limit.decide('a', 'PIN_REFUSED k1', 0)).toEqual({ record: true, before: 0 });
    for (let n = 1; n <= 500; n += 1) expect(limit.decide('a', 'PIN_REFUSED k1', n)).toEqual({ record: false });
    expect(limit.decide('a', 'PIN_REFUSED k1', 60_000)).toEqual({ record: true, before: 500 });
    expect(limit.decide('a', 'PIN_REFUSED k1', 120_000)).toEqual({ record: true, before: 0 });
  });

  it('keeps agents, keys and codes apart', () => {
    const limit = new RefusalLimit();
    const kinds = [
      ['a', 'PIN_REFUSED k1'],
      ['a', 'PIN_REFUSED k2'],
      ['a', 'API_KEY_REFUSED k1'],
      ['b', 'PIN_REFUSED k1'],
    ] as const;
    for (const [agentId, kind] of kinds) expect(limit.decide(agentId, kind, 0).record).toBe(true);
  });

  it('gives strangers, each with a key of its own, one budget, and agents theirs besides', () => {
    const limit = new RefusalLimit();
    const told = (from: number): number =>
      Array.from({ length: 1_000 }, (_, n) => limit.decide(null, `PIN_REFUSED ${from + n}`, from)).filter(
        ({ record }) => record,
      ).length;
    expect(told(0)).toBe(30);
    const ofA = Array.from({ length: 100 }, (_, n) => limit.decide('a', `PIN_REFUSED k${n}`, 1));
    expect(ofA.filter(({ record }) => record)).toHaveLength(30);
    expect(told(59_999)).toBe(0);
    expect(told(60_000)).toBe(30);
  });
});
