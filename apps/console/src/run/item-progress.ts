/**
 * How far is an item, in the one word and few figures that fit a cell of the matrix? The newest attempt speaks for
 * it; a verdict counts before a state.
 */
import { assertNever, type AgentId, type Outcome } from '@longshore/protocol';
import type { Attempt, Item } from '@longshore/rest-contract';

export type ItemLook =
  'waiting' | 'queued' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled' | 'unknown' | 'skipped';

export function newestAttempt({ attempts }: Item): Attempt | null {
  return attempts.reduce<Attempt | null>(
    (newest, one) => (newest === null || one.number > newest.number ? one : newest),
    null,
  );
}

export function lookOf(item: Item): ItemLook {
  switch (item.state) {
    case 'waiting':
    case 'skipped':
      return item.state;
    case 'active':
      return activeLook(newestAttempt(item));
    case 'ended':
      return item.outcome === null ? 'unknown' : outcomeLook(item.outcome);
    default:
      return assertNever(item.state);
  }
}

function activeLook(attempt: Attempt | null): ItemLook {
  if (attempt === null) return 'queued';
  if (attempt.cancelRequestedAt !== null) return 'cancelling';
  return attempt.state === 'running' || attempt.state === 'ended' ? 'running' : 'queued';
}

function outcomeLook(outcome: Outcome): ItemLook {
  switch (outcome) {
    case 'succeeded':
    case 'cancelled':
    case 'unknown':
      return outcome;
    case 'failed':
    case 'timed-out':
    case 'not-started':
      return 'failed';
    default:
      return assertNever(outcome);
  }
}

const words: Readonly<Record<ItemLook, string>> = {
  waiting: 'waiting',
  queued: 'queued',
  running: 'running',
  cancelling: 'cancelling',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
  unknown: 'unknown',
  skipped: 'skipped',
};

/** `failed`, `timed out`, `running`: the outcome where there is one. */
export function wordOf(item: Item): string {
  return item.state === 'ended' && item.outcome !== null ? item.outcome.replace('-', ' ') : words[lookOf(item)];
}

/** `exit 3`, `SIGKILL`, or nothing where it says no more than the word does. */
export function exitOf(attempt: Attempt | null): string {
  if (attempt === null) return '';
  if (attempt.signal !== null) return attempt.signal;
  return attempt.exitCode === null || (attempt.exitCode === 0 && attempt.outcome === 'succeeded')
    ? ''
    : `exit ${attempt.exitCode}`;
}

/** The item that an operator most likely came for: what failed, else what runs, else the first with a log. */
export function itemToShow(items: readonly Item[]): Item | null {
  const wanted: readonly ItemLook[] = ['failed', 'unknown', 'running', 'cancelling', 'cancelled', 'succeeded'];
  for (const look of wanted) {
    const found = items.find((item) => lookOf(item) === look);
    if (found !== undefined) return found;
  }
  return items[0] ?? null;
}

export interface Matrix {
  readonly agents: readonly AgentId[];
  readonly at: (agent: AgentId, step: string) => Item | null;
}

export function matrixOf(items: readonly Item[]): Matrix {
  const byPlace = new Map(items.map((item) => [`${item.agentId}\n${item.step}`, item]));
  const agents = [...new Set(items.map(({ agentId }) => agentId))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return { agents, at: (agent, step) => byPlace.get(`${agent}\n${step}`) ?? null };
}

export type StepLook = 'waiting' | 'active' | 'succeeded' | 'failed' | 'skipped';

/** One step over all its agents: the worst of its items speaks, and how many are through. */
export function stepProgress(items: readonly Item[]): { readonly look: StepLook; readonly note: string } {
  const looks = items.map(lookOf);
  const done = looks.filter((look) => ['succeeded', 'failed', 'cancelled', 'unknown', 'skipped'].includes(look)).length;
  const [first] = looks;
  if (first === undefined) return { look: worstOf(looks), note: 'on no agent' };
  const isNeverRun = first === 'skipped' && looks.every((look) => look === first);
  return { look: worstOf(looks), note: isNeverRun ? 'skipped' : `${done} of ${items.length} ended` };
}

function worstOf(looks: readonly ItemLook[]): StepLook {
  const has = (...wanted: readonly ItemLook[]): boolean => looks.some((look) => wanted.includes(look));
  if (has('failed', 'unknown')) return 'failed';
  if (has('running', 'queued', 'cancelling')) return 'active';
  if (looks.length === 0 || has('skipped', 'cancelled')) return 'skipped';
  if (looks.every((look) => look === 'succeeded')) return 'succeeded';
  return has('succeeded') ? 'active' : 'waiting';
}
