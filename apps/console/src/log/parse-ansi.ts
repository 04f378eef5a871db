/**
 * Which pieces of a log line look how? Colours and weights are understood; every other control sequence (cursor
 * moves, titles, links) is taken out, since a log is read and not played. The result is data: whoever shows it makes
 * text nodes of it, so nothing in a log can become markup.
 */
import { applySgr, type TextStyle } from './text-style';

export interface TextPiece {
  readonly text: string;
  readonly style: TextStyle;
}

export interface ParsedLine {
  readonly pieces: readonly TextPiece[];
  /** The style in which the next line begins. */
  readonly end: TextStyle;
}

/** CSI with parameters and final byte; OSC up to BEL or ST; a string that never ends; two-byte escapes. */
const sequences = new RegExp(
  [
    '\\u001b\\[([0-9;:<=>?]*)[ -/]*([@-~])',
    '\\u001b[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\|$)',
    '\\u001b[ -/]*[0-~]?',
    '[\\u0000-\\u0008\\u000b-\\u001a\\u001c-\\u001f\\u007f-\\u009f]',
  ].join('|'),
  'g',
);

const mayHoldSequences = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]');

export function parseAnsi(line: string, start: TextStyle): ParsedLine {
  const text = lastRewrite(line);
  if (!mayHoldSequences.test(text)) return { pieces: text === '' ? [] : [{ text, style: start }], end: start };
  const pieces: TextPiece[] = [];
  let style = start;
  let from = 0;
  for (const match of text.matchAll(sequences)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), style });
    from = match.index + match[0].length;
    if (match[2] === 'm') style = applySgr(style, codesOf(match[1] ?? ''));
  }
  if (from < text.length) pieces.push({ text: text.slice(from), style });
  return { pieces, end: style };
}

export function plainText(line: string): string {
  const text = lastRewrite(line);
  return mayHoldSequences.test(text) ? text.replaceAll(sequences, '') : text;
}

/** A progress bar writes its line again and again after a carriage return; the last writing is what stays. */
function lastRewrite(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** An empty number means 0; private parameters (`?25h`) never end in `m` with a meaning for us. */
function codesOf(parameters: string): number[] {
  if (!/^[0-9;:]*$/.test(parameters)) return [];
  return parameters.split(/[;:]/).map((text) => (text === '' ? 0 : Number(text)));
}
