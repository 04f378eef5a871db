/** Where does the searched text stand in a line? Pieces are cut there, whatever colours run through it. */
import type { TextPiece } from './parse-ansi';

export interface MarkedPiece extends TextPiece {
  readonly isMatch: boolean;
}

export function markMatches(pieces: readonly TextPiece[], wanted: string): MarkedPiece[] {
  const matches = wanted === '' ? [] : matchesIn(pieces.map(({ text }) => text).join(''), wanted);
  let start = 0;
  return pieces.flatMap((piece) => {
    const cut = cutPiece(piece, start, matches);
    start += piece.text.length;
    return cut;
  });
}

interface Match {
  readonly from: number;
  readonly to: number;
}

function matchesIn(text: string, wanted: string): Match[] {
  const [haystack, needle] = [text.toLowerCase(), wanted.toLowerCase()];
  // A few letters change their length with their case; a line that holds one is not marked rather than marked wrong.
  if (haystack.length !== text.length) return [];
  const matches: Match[] = [];
  for (let from = haystack.indexOf(needle); from >= 0; from = haystack.indexOf(needle, from + needle.length)) {
    matches.push({ from, to: from + needle.length });
  }
  return matches;
}

function cutPiece({ text, style }: TextPiece, start: number, matches: readonly Match[]): MarkedPiece[] {
  const cut: MarkedPiece[] = [];
  let at = 0;
  const take = (to: number, isMatch: boolean): void => {
    if (to > at) cut.push({ text: text.slice(at, to), style, isMatch });
    at = Math.max(at, to);
  };
  for (const { from, to } of matches) {
    if (to <= start || from >= start + text.length) continue;
    take(Math.max(0, from - start), false);
    take(Math.min(text.length, to - start), true);
  }
  take(text.length, false);
  return cut;
}
