/**
 * Which part of the fleet is wanted? Kept in the page's address, so that it can be linked and "back" works. Search,
 * type and tag are the server's to answer; status is derived there and narrowed here.
 */
import { agentConnectionSchema, type Agent, type AgentConnection } from '@longshore/rest-contract';
import { agentTypeSchema, type AgentType } from '@longshore/protocol';

export interface FleetFilter {
  readonly search: string;
  readonly type: AgentType | null;
  readonly tag: string | null;
  readonly status: AgentConnection | null;
}

export const wholeFleet: FleetFilter = { search: '', type: null, tag: null, status: null };

export function parseFleetFilter(address: URLSearchParams): FleetFilter {
  return {
    search: address.get('search') ?? '',
    type: agentTypeSchema.safeParse(address.get('type')).data ?? null,
    tag: address.get('tag'),
    status: agentConnectionSchema.safeParse(address.get('status')).data ?? null,
  };
}

export function fleetAddress(filter: FleetFilter): Record<string, string> {
  const given = Object.entries(filter).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

export function isWholeFleet({ search, type, tag, status }: FleetFilter): boolean {
  return search === '' && type === null && tag === null && status === null;
}

export function countByConnection(agents: readonly Agent[]): ReadonlyMap<AgentConnection, number> {
  const counts = new Map<AgentConnection, number>();
  for (const { connection } of agents) counts.set(connection, (counts.get(connection) ?? 0) + 1);
  return counts;
}

export function tagsOf(agents: readonly Agent[]): string[] {
  return [...new Set(agents.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b));
}
