/**
 * What stands in the broker now, as far as we write it. It takes a few requests, whatever the number of agents.
 */
import type { AgentId } from '@longshore/protocol';
import {
  agentPermissionsOf,
  agentQueueOf,
  agentTopicPermissionsOf,
  bindingKeyOf,
  inboundExchange,
  inboundQueueOf,
  parseAgentUser,
} from '../topology';
import type { BrokerManagement } from './broker-management';

export interface BrokerContent {
  /** Name to password hash; empty: no password opens it. */
  readonly users: ReadonlyMap<string, string>;
  readonly usersByAgent: ReadonlyMap<AgentId, readonly string[]>;
  readonly exchanges: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  /** `<queue> <routing key>` of everything bound to the inbound exchange. */
  readonly bindings: ReadonlySet<string>;
  /** User to the JSON of what it may do, in the order of the fields in `topology.ts`. */
  readonly permissions: ReadonlyMap<string, string>;
  readonly topicPermissions: ReadonlyMap<string, string>;
  readonly clustered: boolean;
}

/** The part of it that is one agent's. */
export interface AgentContent {
  readonly users: ReadonlyMap<string, { readonly passwordHash: string; readonly mayAllItShould: boolean }>;
  readonly hasQueue: boolean;
  readonly isBound: boolean;
  readonly clustered: boolean;
}

interface Permission {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  readonly exchange: string;
}

interface Named {
  readonly name: string;
}
interface UserRow extends Named {
  readonly password_hash: string;
}

/** RabbitMQ 3.10 lists users as a whole only; the fields are what makes its answer long. */
const userColumns = '?columns=name,password_hash';

export async function readBrokerContent(management: BrokerManagement, vhost: string): Promise<BrokerContent> {
  const list = async <T>(path: readonly string[], query = ''): Promise<T[]> =>
    (await management.read<T[]>(path, query)) ?? [];
  const [users, exchanges, queues, bindings, permissions, topicPermissions, nodes] = await Promise.all([
    list<UserRow>(['users'], userColumns),
    list<Named>(['exchanges', vhost], '?columns=name'),
    list<Named>(['queues', vhost], '?columns=name&disable_stats=true'),
    list<{ destination: string; routing_key: string }>(['exchanges', vhost, inboundExchange, 'bindings', 'source']),
    list<Permission>(['vhosts', vhost, 'permissions']),
    list<Permission>(['vhosts', vhost, 'topic-permissions']),
    list<Named>(['nodes'], '?columns=name'),
  ]);
  return {
    users: new Map(users.map(({ name, password_hash }) => [name, password_hash])),
    usersByAgent: groupByAgent(users),
    exchanges: new Set(exchanges.map(({ name }) => name)),
    queues: new Set(queues.map(({ name }) => name)),
    bindings: new Set(bindings.map(({ destination, routing_key }) => `${destination} ${routing_key}`)),
    permissions: new Map(
      permissions.map(({ user, configure, write, read }) => [user, JSON.stringify({ configure, write, read })]),
    ),
    topicPermissions: new Map(
      topicPermissions.map(({ user, exchange, write, read }) => [user, JSON.stringify({ exchange, write, read })]),
    ),
    clustered: nodes.length > 1,
  };
}

export function agentContentIn(agentId: AgentId, content: BrokerContent): AgentContent {
  const { users, permissions, topicPermissions } = content;
  const [may, mayRoute] = [agentPermissionsOf(agentId), agentTopicPermissionsOf(agentId)].map((each) =>
    JSON.stringify(each),
  );
  const own = (content.usersByAgent.get(agentId) ?? []).map((name) => {
    const mayAllItShould = permissions.get(name) === may && topicPermissions.get(name) === mayRoute;
    return [name, { passwordHash: users.get(name) ?? '', mayAllItShould }] as const;
  });
  return {
    users: new Map(own),
    hasQueue: content.queues.has(agentQueueOf(agentId)),
    isBound: content.bindings.has(`${inboundQueueOf(agentId)} ${bindingKeyOf(agentId)}`),
    clustered: content.clustered,
  };
}

/** Asks less than is known of all: binding and permissions are written again instead, which changes nothing. */
export async function readAgentContent(
  management: BrokerManagement,
  vhost: string,
  agentId: AgentId,
): Promise<AgentContent> {
  const [users, queue, nodes] = await Promise.all([
    readUsersOf(management, agentId),
    management.read(['queues', vhost, agentQueueOf(agentId)], '?columns=name'),
    management.read<Named[]>(['nodes'], '?columns=name'),
  ]);
  return {
    users: new Map(
      users.map(({ name, password_hash }) => [name, { passwordHash: password_hash, mayAllItShould: false }]),
    ),
    hasQueue: queue !== null,
    isBound: false,
    clustered: (nodes ?? []).length > 1,
  };
}

export async function readUsersOf(management: BrokerManagement, agentId: AgentId): Promise<UserRow[]> {
  const users = (await management.read<UserRow[]>(['users'], userColumns)) ?? [];
  return users.filter(({ name }) => parseAgentUser(name)?.agentId === agentId);
}

function groupByAgent(users: readonly Named[]): Map<AgentId, string[]> {
  const groups = new Map<AgentId, string[]>();
  for (const { name } of users) {
    const agentId = parseAgentUser(name)?.agentId;
    if (agentId === undefined) continue;
    const group = groups.get(agentId);
    if (group === undefined) groups.set(agentId, [name]);
    else group.push(name);
  }
  return groups;
}
