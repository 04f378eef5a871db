import { fleetAddress, isWholeFleet, parseFleetFilter, wholeFleet } from './fleet-filter';

describe('the fleet filter', () => {
  it('comes back from the address as it went in', () => {
    const filter = { search: 'build', type: 'jms', tag: 'a/b', status: 'offline' } as const;
    expect(parseFleetFilter(new URLSearchParams(fleetAddress(filter)))).toEqual(filter);
  });

  it('takes a mistyped address for the whole fleet', () => {
    const filter = parseFleetFilter(new URLSearchParams('type=fax&status=sleepy'));
    expect(filter).toEqual(wholeFleet);
    expect(isWholeFleet(filter)).toBe(true);
  });

  it('leaves an address without conditions empty', () => expect(fleetAddress(wholeFleet)).toEqual({}));
});
