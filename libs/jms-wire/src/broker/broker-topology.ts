/**
 * How does the broker come to have exactly what our agents need? By comparing it with the database and writing what
 * differs: at start, after each reconnect (a broker whose data was deleted comes back empty) and when one agent is
 * enrolled, gets another key, or is removed.
 *
 * Only users `a.*`, their permissions and the queues `jms.*` of our virtual host are ever written or deleted
 * (docs/protocol.md, JMS wire).
 */
import type { AgentId } from '@longshore/protocol';
import {
  agentQueueOf,
  agentQueuePrefix,
  agentPermissionsOf,
  agentTopicPermissionsOf,
  agentUserOf,
  agentUserPrefix,
  bindingKeyOf,
  inboundExchange,
  inboundQueueNames,
  inboundQueueOf,
  parseAgentUser,
} from '../topology';
import type { BrokerAccount } from './broker-account';
import type { BrokerManagement } from './broker-management';
import { type BrokerContent, readBrokerContent } from './broker-content';
import { forEachBounded } from './for-each-bounded';

export interface ReconcileReport {
  readonly written: number;
  readonly deleted: number;
}

type Change = () => Promise<void>;

const parallelRequests = 8;

export class BrokerTopology {
  /** One at a time: two comparisons that overlap would undo each other's work. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly management: BrokerManagement,
    private readonly vhost: string,
    /** The user that the server itself speaks AMQP as; gets access to the virtual host when it has none. */
    private readonly serverUser: string,
  ) {}

  /** `agents` is every JMS agent there is: what belongs to no other is deleted. */
  reconcile(agents: readonly BrokerAccount[]): Promise<ReconcileReport> {
    return this.#alone(async () => {
      await this.#ensureVhost();
      const content = await readBrokerContent(this.management, this.vhost);
      const base = this.#baseChanges(content);
      await inTurn(base);
      const changes = agents.flatMap((agent) => this.#agentChanges(agent, content));
      await forEachBounded(changes, parallelRequests, (change) => change());
      const removals = this.#removals(agents, content);
      await forEachBounded(removals, parallelRequests, (change) => change());
      return { written: base.length + changes.length, deleted: removals.length };
    });
  }

  /** The same for one agent, and for a key of it that is no longer good. */
  ensureAgent(agent: BrokerAccount): Promise<void> {
    return this.#alone(async () => {
      await this.#ensureVhost();
      const content = await readBrokerContent(this.management, this.vhost);
      await inTurn([...this.#baseChanges(content), ...this.#agentChanges(agent, content)]);
      const user = agentUserOf(agent.agentId, agent.keyId);
      const outdated = usersOf(agent.agentId, content).filter((name) => name !== user);
      for (const name of outdated) await this.management.delete(['users', name]);
    });
  }

  /** Deletes user and queue; the broker closes the connections of a deleted user by itself. */
  removeAgent(agentId: AgentId): Promise<void> {
    return this.#alone(async () => {
      await this.dropConnections(agentId);
      const content = await readBrokerContent(this.management, this.vhost);
      for (const user of usersOf(agentId, content)) await this.management.delete(['users', user]);
      await this.management.delete(['queues', this.vhost, agentQueueOf(agentId)]);
    });
  }

  /** Closes every connection of the agent, whichever key opened it. */
  async dropConnections(agentId: AgentId): Promise<void> {
    const users = (await this.management.read<{ name: string }[]>(['users'], '?columns=name')) ?? [];
    const own = users.filter(({ name }) => parseAgentUser(name)?.agentId === agentId);
    for (const { name } of own) await this.management.delete(['connections', 'username', name]);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #ensureVhost(): Promise<void> {
    const known = await this.management.read(['vhosts', this.vhost]);
    if (known === null) await this.management.write('PUT', ['vhosts', this.vhost], {});
  }

  #baseChanges({ exchanges, queues, permissions, clustered }: BrokerContent): Change[] {
    const changes: Change[] = [];
    if (!permissions.has(this.serverUser)) {
      const all = { configure: '.*', write: '.*', read: '.*' };
      changes.push(() => this.management.write('PUT', ['permissions', this.vhost, this.serverUser], all));
    }
    if (!exchanges.has(inboundExchange)) {
      const exchange = { type: 'topic', durable: true };
      changes.push(() => this.management.write('PUT', ['exchanges', this.vhost, inboundExchange], exchange));
    }
    for (const name of inboundQueueNames.filter((queue) => !queues.has(queue))) {
      const inbound = { durable: true, arguments: { ...queueKind(clustered), 'x-single-active-consumer': true } };
      changes.push(() => this.management.write('PUT', ['queues', this.vhost, name], inbound));
    }
    return changes;
  }

  #agentChanges({ agentId, keyId, brokerPasswordHash }: BrokerAccount, content: BrokerContent): Change[] {
    const user = agentUserOf(agentId, keyId);
    const { management, vhost } = this;
    const changes: Change[] = [];
    if (!content.queues.has(agentQueueOf(agentId))) {
      const queue = { durable: true, arguments: queueKind(content.clustered) };
      changes.push(() => management.write('PUT', ['queues', vhost, agentQueueOf(agentId)], queue));
    }
    if (!content.bindings.has(`${inboundQueueOf(agentId)} ${bindingKeyOf(agentId)}`)) {
      const path = ['bindings', vhost, 'e', inboundExchange, 'q', inboundQueueOf(agentId)];
      changes.push(() => management.write('POST', path, { routing_key: bindingKeyOf(agentId) }));
    }
    const topic = agentTopicPermissionsOf(agentId);
    const [isUser, mayUse, mayRoute] = [
      content.users.get(user) === brokerPasswordHash,
      content.permissions.get(user) === JSON.stringify(agentPermissionsOf(agentId)),
      content.topicPermissions.get(user) === JSON.stringify(topic),
    ];
    if (isUser && mayUse && mayRoute) return changes;
    changes.push(async () => {
      const hash = { password_hash: brokerPasswordHash, hashing_algorithm: 'rabbit_password_hashing_sha256', tags: '' };
      if (!isUser) await management.write('PUT', ['users', user], hash);
      if (!mayRoute) await management.write('PUT', ['topic-permissions', vhost, user], topic);
      if (!mayUse) await management.write('PUT', ['permissions', vhost, user], agentPermissionsOf(agentId));
    });
    return changes;
  }

  #removals(agents: readonly BrokerAccount[], { users, queues }: BrokerContent): Change[] {
    const wantedUsers = new Set(agents.map(({ agentId, keyId }) => agentUserOf(agentId, keyId)));
    const wantedQueues = new Set(agents.map(({ agentId }) => agentQueueOf(agentId)));
    const strayUsers = [...users.keys()].filter((name) => name.startsWith(agentUserPrefix) && !wantedUsers.has(name));
    const strayQueues = [...queues].filter((name) => name.startsWith(agentQueuePrefix) && !wantedQueues.has(name));
    return [
      ...strayUsers.map((name) => () => this.management.delete(['users', name])),
      ...strayQueues.map((name) => () => this.management.delete(['queues', this.vhost, name])),
    ];
  }
}

/** A classic queue version 2 on one node; replicated where there are several. */
function queueKind(clustered: boolean): Record<string, string | number> {
  return clustered ? { 'x-queue-type': 'quorum' } : { 'x-queue-type': 'classic', 'x-queue-version': 2 };
}

function usersOf(agentId: AgentId, { users }: BrokerContent): string[] {
  return [...users.keys()].filter((name) => parseAgentUser(name)?.agentId === agentId);
}

async function inTurn(changes: readonly Change[]): Promise<void> {
  for (const change of changes) await change();
}
