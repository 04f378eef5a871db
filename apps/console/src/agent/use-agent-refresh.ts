/** After something was done to an agent: shows what the server answered at once, and asks for the rest anew. */
import { useQueryClient } from '@tanstack/react-query';
import type { Agent } from '@longshore/rest-contract';
import { agentQuery } from '../link/queries';

export function useAgentRefresh(): (changed?: Agent) => Promise<void> {
  const queries = useQueryClient();
  return async (changed) => {
    if (changed !== undefined) queries.setQueryData(agentQuery(changed.id).queryKey, changed);
    await queries.invalidateQueries({ queryKey: ['agents'] });
  };
}
