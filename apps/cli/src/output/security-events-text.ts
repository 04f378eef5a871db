/** What was refused, for people: a line each, and below it what is known; fingerprints stand under each other. */
import type { SecurityEvent } from '@longshore/rest-contract';
import type { Paint } from './paint';
import { formatFacts, formatTable } from './table';

export function eventsText(events: readonly SecurityEvent[], paint: Paint): string {
  const rows = events.map(({ id, at, agentId, code, message }) => [id, at, agentId ?? '-', code, message]);
  const [head, ...lines] = formatTable(['ID', 'AT', 'AGENT', 'CODE', 'WHAT'], rows, paint).trimEnd().split('\n');
  return `${head ?? ''}\n${events.map((event, index) => `${lines[index] ?? ''}\n${detailsText(event, paint)}`).join('')}`;
}

function detailsText({ details }: SecurityEvent, paint: Paint): string {
  const facts = Object.entries(details ?? {}).map(([name, value]) => [name, valueText(value)] as const);
  if (facts.length === 0) return '';
  return formatFacts(facts, paint).replaceAll(/^/gm, '    ').trimEnd() + '\n';
}

/** A peer without a key has presented none; several keys may be expected while one follows the other. */
function valueText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(' or ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
