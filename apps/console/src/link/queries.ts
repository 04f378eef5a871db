/**
 * What does the console ask the server, and under which key is the answer kept? Live events say what changed; the
 * slow refetch beside them corrects ages and covers for a live connection that is down.
 */
import { infiniteQueryOptions, keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import type { AgentId, RunId } from '@longshore/protocol';
import { ApiRefusedError } from '@longshore/rest-client';
import type { AgentListQuery, Me } from '@longshore/rest-contract';
import { client } from './client';

const correctionMs = 10_000;
export const fleetLimit = 1000;

export type FleetQuestion = Partial<Pick<AgentListQuery, 'search' | 'tag' | 'type'>>;

/** Null: nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }): Promise<Me | null> => client.me(signal).catch(nobody),
  staleTime: Infinity,
});

export function noteSignedIn(queries: QueryClient, me: Me | null): void {
  queries.setQueryData(meQuery.queryKey, me);
}

export const agentsQuery = (question: FleetQuestion = {}) =>
  queryOptions({
    queryKey: ['agents', 'list', question],
    queryFn: ({ signal }) => client.agents({ ...question, limit: fleetLimit }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: correctionMs,
  });

export const agentQuery = (id: AgentId) =>
  queryOptions({
    queryKey: ['agents', 'one', id],
    queryFn: ({ signal }) => client.agent(id, signal),
    refetchInterval: correctionMs,
  });

export const processesQuery = queryOptions({
  queryKey: ['processes'],
  queryFn: ({ signal }) => client.processes(signal),
});

export const processQuery = (name: string) =>
  queryOptions({ queryKey: ['processes', name], queryFn: ({ signal }) => client.process(name, signal) });

export const stepTypesQuery = queryOptions({
  queryKey: ['step-types'],
  queryFn: ({ signal }) => client.stepTypes(signal),
  staleTime: 60_000,
});

export const runsQuery = (limit: number) =>
  queryOptions({
    queryKey: ['runs', limit],
    queryFn: ({ signal }) => client.runs({ limit }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: correctionMs,
  });

export const runQuery = (id: RunId) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => client.run(id, signal),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === 'running' ? 5000 : false),
  });

export const serverQuery = queryOptions({
  queryKey: ['server'],
  queryFn: ({ signal }) => client.server(signal),
  refetchInterval: 30_000,
});

export const serverKeysQuery = queryOptions({
  queryKey: ['server', 'keys'],
  queryFn: ({ signal }) => client.serverKeys(signal),
});

export const securityPolicyQuery = queryOptions({
  queryKey: ['security-policy'],
  queryFn: ({ signal }) => client.securityPolicy(signal),
});

export const installTokensQuery = queryOptions({
  queryKey: ['install-tokens'],
  queryFn: ({ signal }) => client.installTokens(signal),
  refetchInterval: correctionMs,
});

const historyLength = 50;

/** Null: of everybody. */
export const securityEventsQuery = (agent: AgentId | null) =>
  infiniteQueryOptions({
    queryKey: ['security-events', agent],
    queryFn: ({ pageParam, signal }) => client.securityEvents(placeOf(agent, pageParam), signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ events }) => nextPlace(events),
    refetchInterval: correctionMs,
  });

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) => client.audit(placeOf(null, pageParam), signal),
  initialPageParam: null as string | null,
  getNextPageParam: ({ entries }) => nextPlace(entries),
  refetchInterval: correctionMs,
});

function placeOf(agent: AgentId | null, before: string | null) {
  return { ...(agent === null ? {} : { agent }), ...(before === null ? {} : { before }), limit: historyLength };
}

/** Less than was asked for is the end. */
function nextPlace(page: readonly { readonly id: string }[]): string | undefined {
  return page.length < historyLength ? undefined : page.at(-1)?.id;
}

function nobody(error: unknown): null {
  if (error instanceof ApiRefusedError && error.status === 401) return null;
  throw error;
}
