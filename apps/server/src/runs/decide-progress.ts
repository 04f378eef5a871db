/**
 * What happens next in a run? (docs/operations.md, Processes)
 *
 * A waiting item becomes active once everything that it needs has succeeded: the needed step on every agent of the
 * run that has it (a fan-in), or on the same agent only. It is skipped as soon as something that it needs can no
 * longer succeed, and with it whatever needs it in turn. Independent branches go on: a run ends when nothing is
 * waiting or active.
 */
import type { ItemRecord } from '@longshore/persistence';
import type { AgentId } from '@longshore/protocol';
import type { ProcessDefinition, RunState, StepDefinition } from '@longshore/rest-contract';

export type ProgressItem = Pick<ItemRecord, 'step' | 'agentId' | 'state' | 'outcome'>;

export interface Progress<Item extends ProgressItem> {
  readonly activate: readonly Item[];
  readonly skip: readonly Item[];
  readonly run: RunState;
}

/** How an item, or a step as a whole, stands towards those that need it. */
type Standing = 'succeeded' | 'open' | 'lost';

interface StepStanding {
  readonly onEveryAgent: Standing;
  readonly onAgent: ReadonlyMap<AgentId, Standing>;
}

export function decideProgress<Item extends ProgressItem>(
  definition: ProcessDefinition,
  items: readonly Item[],
  cancelRequested: boolean,
): Progress<Item> {
  const byStep = Map.groupBy(items, ({ step }) => step);
  const standings = new Map<string, StepStanding>();
  const activate: Item[] = [];
  const skip: Item[] = [];
  for (const step of inOrderOfNeed(definition)) {
    const onAgent = new Map<AgentId, Standing>();
    for (const item of byStep.get(step.name) ?? []) {
      const next = cancelRequested && item.state === 'waiting' ? 'lost' : standingOf(item, step, standings);
      if (item.state === 'waiting' && next === 'lost') skip.push(item);
      if (item.state === 'waiting' && next === 'succeeded') activate.push(item);
      // A waiting item that may begin has still to succeed itself.
      onAgent.set(item.agentId, item.state === 'waiting' && next === 'succeeded' ? 'open' : next);
    }
    standings.set(step.name, { onAgent, onEveryAgent: worst([...onAgent.values()]) });
  }
  return { activate, skip, run: runStateOf([...standings.values()], cancelRequested) };
}

/** Of a waiting item: how what it needs stands. */
function standingOf(item: ProgressItem, step: StepDefinition, standings: ReadonlyMap<string, StepStanding>): Standing {
  switch (item.state) {
    case 'active':
      return 'open';
    case 'skipped':
      return 'lost';
    case 'ended':
      return item.outcome === 'succeeded' ? 'succeeded' : 'lost';
    case 'waiting':
      return worst(
        step.needs.map((need) => {
          const needed = standings.get(need.step);
          // A step that runs on no agent here, or not on this one, leaves nothing to wait for.
          if (needed === undefined) return 'succeeded';
          return need.on === 'every-agent' ? needed.onEveryAgent : (needed.onAgent.get(item.agentId) ?? 'succeeded');
        }),
      );
  }
}

function worst(standings: readonly Standing[]): Standing {
  if (standings.includes('lost')) return 'lost';
  return standings.includes('open') ? 'open' : 'succeeded';
}

function runStateOf(steps: readonly StepStanding[], cancelRequested: boolean): RunState {
  const all = steps.flatMap(({ onAgent }) => [...onAgent.values()]);
  if (all.includes('open')) return 'running';
  if (!all.includes('lost')) return 'succeeded';
  return cancelRequested ? 'cancelled' : 'failed';
}

/** Steps after those that they need; a saved definition has no cycle. */
function inOrderOfNeed({ steps }: ProcessDefinition): StepDefinition[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const ordered = new Set<StepDefinition>();
  const place = (step: StepDefinition): void => {
    if (ordered.has(step)) return;
    for (const need of step.needs) {
      const needed = byName.get(need.step);
      if (needed !== undefined) place(needed);
    }
    ordered.add(step);
  };
  steps.forEach(place);
  return [...ordered];
}
