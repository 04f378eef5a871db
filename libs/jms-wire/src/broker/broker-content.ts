/** What stands in the broker now, as far as we write it. A few requests, whatever the number of agents. */
import { inboundExchange } from '../topology';
import type { BrokerManagement } from './broker-management';

export interface BrokerContent {
  /** Name to password hash. */
  readonly users: ReadonlyMap<string, string>;
  readonly exchanges: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  /** `<queue> <routing key>` of everything bound to the inbound exchange. */
  readonly bindings: ReadonlySet<string>;
  /** User to the JSON of what it may do, in the order of the fields in `topology.ts`. */
  readonly permissions: ReadonlyMap<string, string>;
  readonly topicPermissions: ReadonlyMap<string, string>;
  readonly clustered: boolean;
}

interface Permission {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  readonly exchange: string;
}

type Named = readonly { readonly name: string }[];

export async function readBrokerContent(management: BrokerManagement, vhost: string): Promise<BrokerContent> {
  const list = async <T>(path: readonly string[], query = ''): Promise<T[]> =>
    (await management.read<T[]>(path, query)) ?? [];
  const [users, exchanges, queues, bindings, permissions, topicPermissions, nodes] = await Promise.all([
    list<{ name: string; password_hash: string }>(['users'], '?columns=name,password_hash'),
    list<Named[number]>(['exchanges', vhost], '?columns=name'),
    list<Named[number]>(['queues', vhost], '?columns=name&disable_stats=true'),
    list<{ destination: string; routing_key: string }>(['exchanges', vhost, inboundExchange, 'bindings', 'source']),
    list<Permission>(['vhosts', vhost, 'permissions']),
    list<Permission>(['vhosts', vhost, 'topic-permissions']),
    list<Named[number]>(['nodes'], '?columns=name'),
  ]);
  return {
    users: new Map(users.map(({ name, password_hash }) => [name, password_hash])),
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
