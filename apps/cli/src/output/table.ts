/** Rows in columns, as wide as they have to be. A terminal's control characters in a value would disorder all. */
import type { Paint } from './paint';

export function formatTable(head: readonly string[], rows: readonly (readonly string[])[], paint: Paint): string {
  const clean = rows.map((row) => row.map(withoutControls));
  const widths = head.map((name, column) =>
    Math.max(name.length, ...clean.map((row) => bare(row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((value, column) => value + ' '.repeat(Math.max(0, (widths[column] ?? 0) - bare(value).length)))
      .join('  ')
      .trimEnd();
  return [paint('dim', line(head)), ...clean.map(line)].map((text) => `${text}\n`).join('');
}

/** `name   value` lines, names padded. */
export function formatFacts(facts: readonly (readonly [name: string, value: string])[], paint: Paint): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${withoutControls(value)}\n`).join('');
}

const colours = new RegExp('\\u001b\\[[0-9;]*m', 'g');

function bare(text: string): string {
  return text.replaceAll(colours, '');
}

/** Our own colours stay. */
function withoutControls(text: string): string {
  return text
    .split(new RegExp('(\\u001b\\[[0-9;]*m)'))
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/\p{Cc}/gu, ' ')))
    .join('');
}
