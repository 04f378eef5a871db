/**
 * Which part of the fleet is wanted? Kept in the page's address, so that it can be linked and "back" works. Search,
 * type and tag are the server's to answer; status and trust are derived there and narrowed here.
 */
import { agentConnectionSchema, type Agent, type AgentConnection } from '@longshore/rest-contract';
import { agentTypeSchema, type AgentType } from '@longshore/protocol';
import { trustGapSchema, trustGapsOf, type TrustGap } from './agent-trust';

export interface FleetFilter {
  readonly search: string;
  readonly type: AgentType | null;
  readonly tag: string | null;
  readonly status: AgentConnection | null;
  readonly trust: TrustGap | null;
}

export const wholeFleet: FleetFilter = { search: '', type: null, tag: null, status: null, trust: null };

export function parseFleetFilter(address: URLSearchParams): FleetFilter {
  return {
    search: address.get('search') ?? '',
    type: agentTypeSchema.safeParse(address.get('type')).data ?? null,
    tag: address.get('tag'),
    status: agentConnectionSchema.safeParse(address.get('status')).data ?? null,
    trust: trustGapSchema.safeParse(address.get('trust')).data ?? null,
  };
}

export function fleetAddress(filter: FleetFilter): Record<string, string> {
  const given = Object.entries(filter).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

export function isWholeFleet(filter: FleetFilter): boolean {
  return Object.keys(fleetAddress(filter)).length === 0;
}

/** By what the server does not narrow by itself. */
export function fits(agent: Agent, { status, trust }: FleetFilter): boolean {
  return (status === null || agent.connection === status) && (trust === null || trustGapsOf(agent).includes(trust));
}

export function countByConnection(agents: readonly Agent[]): ReadonlyMap<AgentConnection, number> {
  const counts = new Map<AgentConnection, number>();
  for (const { connection } of agents) counts.set(connection, (counts.get(connection) ?? 0) + 1);
  return counts;
}

export function countByTrustGap(agents: readonly Agent[]): ReadonlyMap<TrustGap, number> {
  const counts = new Map<TrustGap, number>();
  for (const gap of agents.flatMap(trustGapsOf)) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  return counts;
}

export function tagsOf(agents: readonly Agent[]): string[] {
  return [...new Set(agents.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b));
}
