/** Agents as people choose them for a run, and who that is just now. The server decides at the start of the run. */
import type { Agent, AgentSelection } from '@longshore/rest-contract';

export interface AgentChoice {
  readonly by: 'all' | 'tags' | 'ids';
  readonly values: readonly string[];
}

export function selectionOf({ by, values }: AgentChoice): AgentSelection {
  if (by === 'all') return { all: true };
  return by === 'tags' ? { tags: [...values] } : { ids: [...values] };
}

/** Agents that nobody approved get no work and are not part of "all". */
export function chosenAgents(agents: readonly Agent[], { by, values }: AgentChoice): Agent[] {
  return agents.filter((agent) => {
    if (agent.connection === 'awaiting-approval') return false;
    if (by === 'all') return true;
    return by === 'tags' ? agent.tags.some((tag) => values.includes(tag)) : values.includes(agent.id);
  });
}
