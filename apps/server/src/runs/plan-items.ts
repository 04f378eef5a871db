/**
 * Which items does a run have? Each step on each agent of the run that the step does not leave out
 * (docs/operations.md, Processes). What would run nowhere is refused before anything is made.
 */
import type { SelectableAgent } from '@longshore/persistence';
import { type AgentId, InputInvalidError } from '@longshore/protocol';
import type { AgentSelection, ProcessDefinition } from '@longshore/rest-contract';

export interface PlannedItem {
  readonly step: string;
  readonly agentId: AgentId;
}

/** A run is one transaction and one screen; more agents than this take several runs. */
export const itemsPerRun = 200_000;

export function planItems(
  definition: ProcessDefinition,
  selection: AgentSelection,
  agents: readonly SelectableAgent[],
): PlannedItem[] {
  refuseUnknown(selection, agents);
  if (agents.length === 0) throw new InputInvalidError('agents', 'select no approved agent');
  const items = definition.steps.flatMap(({ name, agents: narrowed }) => {
    const chosen = narrowed === null ? agents : agents.filter((agent) => isSelected(agent, narrowed));
    if (chosen.length === 0) throw new InputInvalidError('agents', `leave step "${name}" without an agent`);
    return chosen.map(({ agentId }) => ({ step: name, agentId }));
  });
  if (items.length > itemsPerRun) {
    throw new InputInvalidError(
      'agents',
      `make ${items.length} items of this process; a run has ${itemsPerRun} at most`,
    );
  }
  return items;
}

function refuseUnknown(selection: AgentSelection, agents: readonly SelectableAgent[]): void {
  if (!('ids' in selection)) return;
  const known = new Set<string>(agents.map(({ agentId }) => agentId));
  const index = selection.ids.findIndex((id) => !known.has(id));
  if (index >= 0)
    throw new InputInvalidError(
      `agents.ids.${index}`,
      `there is no approved agent ${JSON.stringify(selection.ids[index])}`,
    );
}

function isSelected({ agentId, tags }: SelectableAgent, selection: AgentSelection): boolean {
  if ('ids' in selection) return selection.ids.includes(agentId);
  return 'tags' in selection ? selection.tags.some((tag) => tags.includes(tag)) : true;
}
