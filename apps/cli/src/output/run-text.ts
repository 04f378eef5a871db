/** A run for people: its verdict, and a line for each step on each agent. */
import type { Attempt, Item, Run } from '@longshore/rest-contract';
import { colourOfRun, type Colour, type Paint } from './paint';
import { formatTable } from './table';
import { ageText, between } from './time-text';

export function runText(run: Run, paint: Paint): string {
  const head = ['STEP', 'AGENT', 'STATE', 'EXIT', 'TOOK', 'WHY'];
  const rows = run.items.map((item) => rowOf(item, paint));
  const { ended, total, failed } = run.counts;
  const verdict = `${run.process} ${paint(colourOfRun(run.state), run.state)}: ${ended} of ${total} ended, ${failed} failed, ${between(run.createdAt, run.endedAt)}\n`;
  return rows.length === 0 ? verdict : formatTable(head, rows, paint) + verdict;
}

function rowOf(item: Item, paint: Paint): string[] {
  const attempt = item.attempts.reduce<Attempt | null>(
    (newest, one) => (newest === null || one.number > newest.number ? one : newest),
    null,
  );
  const state = item.outcome ?? (item.state === 'active' ? (attempt?.state ?? 'queued') : item.state);
  return [
    item.step,
    item.agentId,
    paint(colourOfItem(item), state),
    attempt?.signal ?? (attempt?.exitCode == null ? '-' : String(attempt.exitCode)),
    took(attempt),
    attempt?.reason ?? '',
  ];
}

/** As measured where it ran; while it runs, or where nobody saw both ends, from the server's reports. */
function took(attempt: Attempt | null): string {
  if (attempt?.ranMs != null) return ageText(attempt.ranMs);
  return between(attempt?.startedAt ?? null, attempt?.endedAt ?? null);
}

function colourOfItem({ state, outcome }: Item): Colour {
  if (outcome === 'succeeded') return 'green';
  if (outcome !== null) return outcome === 'cancelled' ? 'yellow' : 'red';
  return state === 'active' ? 'blue' : 'dim';
}
