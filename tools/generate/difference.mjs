// The first lines in which two texts differ, for people: what stands there, and what should.
const shown = 12;

export function showDifference(found, wanted) {
  if (found === '') return '  (it does not exist)';
  const [before, after] = [found.split('\n'), wanted.split('\n')];
  const first = before.findIndex((line, index) => line !== after[index]);
  const from = first === -1 ? before.length : first;
  const [lastBefore, lastAfter] = withoutCommonEnd(before, after, from);
  const lines = [
    `  @@ line ${from + 1}`,
    ...before
      .slice(from, lastBefore)
      .map((line) => `  - ${line}`)
      .slice(0, shown),
    ...after
      .slice(from, lastAfter)
      .map((line) => `  + ${line}`)
      .slice(0, shown),
  ];
  return lines.join('\n');
}

function withoutCommonEnd(before, after, from) {
  let [left, right] = [before.length, after.length];
  while (left > from && right > from && before[left - 1] === after[right - 1]) {
    left -= 1;
    right -= 1;
  }
  return [left, right];
}
