/**
 * How is one agent's part of the broker made right? Queue, binding and user are written as its account says, the users
 * it had before are deleted, and with every user that is deleted or changed its live connections end: nothing that was
 * opened with an old credential goes on (docs/protocol.md, JMS wire).
 */
import type { AgentId } from '@longshore/protocol';
import {
  agentPermissionsOf,
  agentQueueOf,
  agentTopicPermissionsOf,
  bindingKeyOf,
  inboundExchange,
  inboundQueueOf,
} from '../topology';
import type { BrokerAccount, BrokerUser } from './broker-account';
import type { AgentContent } from './broker-content';
import type { BrokerManagement } from './broker-management';
import { dropConnections } from './drop-connections';

export class AgentEntry {
  constructor(
    private readonly management: BrokerManagement,
    private readonly vhost: string,
    private readonly agentId: AgentId,
  ) {}

  /** `account` null: the agent is gone, and everything of it goes. */
  async bring(account: BrokerAccount | null, found: AgentContent): Promise<void> {
    if (account !== null) await this.#ensureQueue(found);
    const wanted = account?.user ?? null;
    if (wanted !== null) await this.#ensureUser(wanted, found);
    for (const name of found.users.keys()) if (name !== wanted?.name) await this.#removeUser(name);
    if (account === null && found.hasQueue) {
      await this.management.delete(['queues', this.vhost, agentQueueOf(this.agentId)]);
    }
  }

  async #ensureQueue({ hasQueue, isBound, clustered }: AgentContent): Promise<void> {
    const { management, vhost, agentId } = this;
    if (!hasQueue) {
      const queue = { durable: true, arguments: queueKind(clustered) };
      await management.write('PUT', ['queues', vhost, agentQueueOf(agentId)], queue);
    }
    if (!isBound) {
      const path = ['bindings', vhost, 'e', inboundExchange, 'q', inboundQueueOf(agentId)];
      await management.write('POST', path, { routing_key: bindingKeyOf(agentId) });
    }
  }

  async #ensureUser({ name, passwordHash }: BrokerUser, { users }: AgentContent): Promise<void> {
    const { management, vhost, agentId } = this;
    const found = users.get(name);
    // RabbitMQ refuses every password where the hash is empty, the empty password included.
    const hash = passwordHash ?? '';
    if (found?.passwordHash !== hash) {
      const user = { password_hash: hash, hashing_algorithm: 'rabbit_password_hashing_sha256', tags: '' };
      await management.write('PUT', ['users', name], user);
      if (found !== undefined) await dropConnections(management, name);
    }
    if (found?.mayAllItShould === true) return;
    await management.write('PUT', ['topic-permissions', vhost, name], agentTopicPermissionsOf(agentId));
    await management.write('PUT', ['permissions', vhost, name], agentPermissionsOf(agentId));
  }

  async #removeUser(name: string): Promise<void> {
    await this.management.delete(['users', name]);
    // The broker does so by itself, save for a connection that it was just about to count.
    await dropConnections(this.management, name);
  }
}

/** Is there nothing to do? */
export function isBrought({ user }: BrokerAccount, { users, hasQueue, isBound }: AgentContent): boolean {
  if (!hasQueue || !isBound || users.size !== (user === null ? 0 : 1)) return false;
  if (user === null) return true;
  const found = users.get(user.name);
  return found?.mayAllItShould === true && found.passwordHash === (user.passwordHash ?? '');
}

/** A classic queue version 2 on one node; replicated where there are several. */
export function queueKind(clustered: boolean): Record<string, string | number> {
  return clustered ? { 'x-queue-type': 'quorum' } : { 'x-queue-type': 'classic', 'x-queue-version': 2 };
}
