/** Prints the rows of all specs as one Markdown table, into dist/attack-suite/report.md and on the screen. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Row, rows } from './row';

const title = ['attack', 'attempts', 'refused', 'control: succeeded against', 'note'];

export function writeReport(reportFile: string): string {
  const table = [title, title.map(() => '---'), ...rows.map(cellsOf)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  mkdirSync(dirname(reportFile), { recursive: true });
  writeFileSync(reportFile, `# Attacks\n\n${table}\n`);
  return table;
}

function cellsOf({ attack, attempts, refused, control, note }: Row): string[] {
  const outcome = `${control.weakening}: ${control.succeeded} of ${control.attempts}`;
  const mark = refused === attempts ? '' : ' **NOT ALL**';
  return [attack, String(attempts), `${refused}${mark}`, outcome, note ?? ''].map((cell) =>
    cell.replaceAll('|', '\\|'),
  );
}
