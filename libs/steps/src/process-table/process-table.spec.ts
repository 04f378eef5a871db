import { parseStat } from './linux-process-table';
import { parsePs } from './ps-process-table';
import { membersOf } from './process-tree';
import type { ProcessEntry } from './process-table';
import { parseCim } from './windows-process-table';

it('reads /proc/<pid>/stat of a program whose name is made to confuse', () => {
  const rest = 'S 3 4 5 34816 4 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 100 1';
  expect(parseStat(42, `42 (a) b (c)) ${rest}`)).toEqual({
    ...{ pid: 42, parentPid: 3, groupId: 4, sessionId: 5, startTime: '987654', ended: false },
  });
  expect(parseStat(42, '42 (gone) Z 1 1 1').ended).toBe(true);
});

it('reads what ps prints', () => {
  expect(parsePs('  12   1   12 Ss   Mon Nov 22 12:00:00 2026\nnonsense\n')).toEqual([
    { pid: 12, parentPid: 1, groupId: 12, sessionId: 12, startTime: 'Mon Nov 22 12:00:00 2026', ended: false },
  ]);
});

it('reads what PowerShell prints', () => {
  expect(parseCim('12 4 638000\r\n\r\n')).toEqual([
    { pid: 12, parentPid: 4, groupId: 12, sessionId: 12, startTime: '638000', ended: false },
  ]);
});

describe('the tree of a step', () => {
  const entry = (pid: number, changes: Partial<ProcessEntry> = {}): ProcessEntry => ({
    ...{ pid, parentPid: 1, groupId: pid, sessionId: pid, startTime: `t${pid}`, ended: false, ...changes },
  });
  const pids = (root: number, known: [number, string][], entries: ProcessEntry[]) =>
    membersOf(root, new Map(known), entries)
      .map(({ pid }) => pid)
      .sort((left, right) => left - right);

  it('is its session, its group, all their descendants and whoever belonged before', () => {
    const entries = [
      entry(10),
      entry(11, { sessionId: 10 }),
      entry(12, { groupId: 10 }),
      entry(13, { parentPid: 11 }),
      entry(14, { parentPid: 13 }),
      entry(15),
      entry(16, { sessionId: 10, ended: true }),
      entry(17, { parentPid: 15 }),
      entry(18),
    ];
    expect(
      pids(
        10,
        [
          [10, 't10'],
          [15, 't15'],
        ],
        entries,
      ),
    ).toEqual([10, 11, 12, 13, 14, 15, 17]);
  });

  it('is not the process that got the same pid later', () => {
    const entries = [entry(10, { startTime: 'later' }), entry(11, { sessionId: 10 })];
    expect(pids(10, [[10, 't10']], entries)).toEqual([]);
  });
});
