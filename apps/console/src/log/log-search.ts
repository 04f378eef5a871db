/** Which lines hold the searched text? */
import type { LogLines } from './log-lines';
import { plainText } from './parse-ansi';

/** More would not be looked through; the count then says "at least". */
export const mostMatches = 10_000;

export function matchingLines(lines: LogLines, wanted: string): number[] {
  if (wanted === '') return [];
  const needle = wanted.toLowerCase();
  const found: number[] = [];
  for (let index = 0; index < lines.count && found.length < mostMatches; index += 1) {
    if (
      plainText(lines.at(index)?.text ?? '')
        .toLowerCase()
        .includes(needle)
    )
      found.push(index);
  }
  return found;
}
