import type { Agent } from '@longshore/rest-contract';
import { countByTrustGap, fits, fleetAddress, isWholeFleet, parseFleetFilter, wholeFleet } from './fleet-filter';

describe('the fleet filter', () => {
  it('comes back from the address as it went in', () => {
    const filter = { search: 'build', type: 'jms', tag: 'a/b', status: 'offline', trust: 'no-pin' } as const;
    expect(parseFleetFilter(new URLSearchParams(fleetAddress(filter)))).toEqual(filter);
  });

  it('takes a mistyped address for the whole fleet', () => {
    const filter = parseFleetFilter(new URLSearchParams('type=fax&status=sleepy&trust=blind'));
    expect(filter).toEqual(wholeFleet);
    expect(isWholeFleet(filter)).toBe(true);
  });

  it('leaves an address without conditions empty', () => expect(fleetAddress(wholeFleet)).toEqual({}));
});

describe('agents that cannot come in', () => {
  const apiKey = { id: 'k', issuedAt: '2026-01-01T00:00:00Z' };
  const agent = (fingerprint: string | null, hasKey: boolean): Agent =>
    ({ fingerprint, security: { apiKey: hasKey ? apiKey : null }, connection: 'offline' }) as Agent;
  const trusted = agent('sha256/x', true);
  const forgotten = agent(null, true);
  const nothing = agent(null, false);

  it('are found by what they lack', () => {
    const lacking = (trust: 'no-pin' | 'key-revoked') =>
      [trusted, forgotten, nothing].filter((each) => fits(each, { ...wholeFleet, trust }));
    expect(lacking('no-pin')).toEqual([forgotten, nothing]);
    expect(lacking('key-revoked')).toEqual([nothing]);
    expect([trusted, nothing].filter((each) => fits(each, { ...wholeFleet, status: 'offline' }))).toHaveLength(2);
  });

  it('are counted for each gap', () => {
    expect([...countByTrustGap([trusted, forgotten, nothing])]).toEqual([
      ['no-pin', 2],
      ['key-revoked', 1],
    ]);
  });
});
