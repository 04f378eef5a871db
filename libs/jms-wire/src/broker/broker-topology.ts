/**
 * How does the broker come to have exactly what our agents need? By comparing it with the database and writing what
 * differs: at start, after each reconnect (a broker whose data was deleted comes back empty), when one agent is
 * enrolled, gets another credential or is removed, and when the policy changes for all.
 *
 * What is wanted is read again after each write: a credential that was taken back meanwhile, by this or by another
 * server process, is never put back by a comparison that began before.
 *
 * Only users `a.*`, their permissions and the queues `jms.*` of our virtual host are ever written or deleted
 * (docs/protocol.md, JMS wire).
 */
import { type AgentId, agentIdSchema } from '@longshore/protocol';
import {
  agentQueueOf,
  agentQueuePrefix,
  agentUserPrefix,
  inboundExchange,
  inboundQueueNames,
  parseAgentUser,
} from '../topology';
import { AgentEntry, isBrought, queueKind } from './agent-entry';
import type { BrokerAccount, BrokerAccounts } from './broker-account';
import {
  agentContentIn,
  type AgentContent,
  type BrokerContent,
  readAgentContent,
  readBrokerContent,
  readUsersOf,
} from './broker-content';
import type { BrokerManagement } from './broker-management';
import { dropConnections } from './drop-connections';
import { forEachBounded } from './for-each-bounded';

export interface ReconcileReport {
  /** Changes of what all agents share. */
  readonly base: number;
  /** Agents whose part was not right: written, or deleted for they are gone. */
  readonly agents: number;
}

export interface BrokerPlace {
  readonly management: BrokerManagement;
  readonly vhost: string;
  /** The user that the server itself speaks AMQP as; gets access to the virtual host when it has none. */
  readonly serverUser: string;
}

type Change = () => Promise<void>;

const parallelAgents = 8;

export class BrokerTopology {
  /** Two comparisons at a time would only do the same work twice. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #turns = new Map<AgentId, Promise<unknown>>();

  constructor(
    private readonly place: BrokerPlace,
    private readonly accounts: BrokerAccounts,
  ) {}

  /** What belongs to no agent of the database is deleted. */
  reconcile(onProgress: (done: number, of: number) => void = () => undefined): Promise<ReconcileReport> {
    const reconciled = this.#last.then(() => this.#reconcileAll(onProgress));
    this.#last = reconciled.catch(() => undefined);
    return reconciled;
  }

  /** Makes the part of one agent right, whatever became of it; never waits for a comparison of all. */
  async ensureAgent(agentId: AgentId): Promise<void> {
    const { management, vhost } = this.place;
    const base = await management.read(['exchanges', vhost, inboundExchange], '?columns=name');
    if (base === null) await this.reconcile();
    else await this.#bring(agentId, null);
  }

  /** The same, but content with a user of the right name: for an agent that is about to come. */
  async ensureUser(agentId: AgentId): Promise<void> {
    const user = (await this.accounts.byAgentId(agentId))?.user ?? null;
    const known = user === null ? null : await this.place.management.read(['users', user.name], '?columns=name');
    if (known === null) await this.ensureAgent(agentId);
  }

  /** Closes every connection of the agent, whichever credential opened it. */
  async dropConnections(agentId: AgentId): Promise<void> {
    const { management } = this.place;
    for (const { name } of await readUsersOf(management, agentId)) {
      await dropConnections(management, name);
    }
  }

  /** Takes out of the agent's queue what waits there for a journal that may be gone; the outbox still has it. */
  async emptyQueue(agentId: AgentId): Promise<void> {
    const { management, vhost } = this.place;
    await management.delete(['queues', vhost, agentQueueOf(agentId), 'contents']);
  }

  async #reconcileAll(onProgress: (done: number, of: number) => void): Promise<ReconcileReport> {
    const { management, vhost } = this.place;
    if ((await management.read(['vhosts', vhost])) === null) await management.write('PUT', ['vhosts', vhost], {});
    const content = await readBrokerContent(management, vhost);
    const base = this.#baseChanges(content);
    for (const change of base) await change();
    const outdated = agentsToBring(await this.accounts.all(), content);
    let done = 0;
    await forEachBounded(outdated, parallelAgents, async (agentId) => {
      await this.#bring(agentId, agentContentIn(agentId, content));
      onProgress((done += 1), outdated.length);
    });
    return { base: base.length, agents: outdated.length };
  }

  /** One at a time per agent. `found` null: it is read. */
  #bring(agentId: AgentId, found: AgentContent | null): Promise<void> {
    const before = this.#turns.get(agentId) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#bringUntilWanted(agentId, found));
    this.#turns.set(agentId, turn);
    const leave = (): void => {
      if (this.#turns.get(agentId) === turn) this.#turns.delete(agentId);
    };
    turn.then(leave, leave);
    return turn;
  }

  async #bringUntilWanted(agentId: AgentId, found: AgentContent | null): Promise<void> {
    const { management, vhost } = this.place;
    const entry = new AgentEntry(management, vhost, agentId);
    let wanted = await this.accounts.byAgentId(agentId);
    for (let known = found; ; known = null) {
      await entry.bring(wanted, known ?? (await readAgentContent(management, vhost, agentId)));
      const written = wanted;
      wanted = await this.accounts.byAgentId(agentId);
      if (isSameAccount(written, wanted)) return;
    }
  }

  #baseChanges({ exchanges, queues, permissions, users, clustered }: BrokerContent): Change[] {
    const { management, vhost, serverUser } = this.place;
    const changes: Change[] = [];
    if (!permissions.has(serverUser)) {
      const all = { configure: '.*', write: '.*', read: '.*' };
      changes.push(() => management.write('PUT', ['permissions', vhost, serverUser], all));
    }
    if (!exchanges.has(inboundExchange)) {
      const exchange = { type: 'topic', durable: true };
      changes.push(() => management.write('PUT', ['exchanges', vhost, inboundExchange], exchange));
    }
    for (const name of inboundQueueNames.filter((queue) => !queues.has(queue))) {
      const inbound = { durable: true, arguments: { ...queueKind(clustered), 'x-single-active-consumer': true } };
      changes.push(() => management.write('PUT', ['queues', vhost, name], inbound));
    }
    for (const name of nobodysUsers(users.keys())) changes.push(() => management.delete(['users', name]));
    return changes;
  }
}

function agentsToBring(accounts: readonly BrokerAccount[], content: BrokerContent): AgentId[] {
  const known = new Set(accounts.map(({ agentId }) => agentId));
  const wrong = accounts.filter((account) => !isBrought(account, agentContentIn(account.agentId, content)));
  const queueOwners = [...content.queues].flatMap((name) => {
    const parsed = agentIdSchema.safeParse(name.slice(agentQueuePrefix.length));
    return parsed.success && agentQueueOf(parsed.data) === name ? [parsed.data] : [];
  });
  const gone = new Set([...content.usersByAgent.keys(), ...queueOwners].filter((agentId) => !known.has(agentId)));
  return [...wrong.map(({ agentId }) => agentId), ...gone];
}

/** Of our prefix, but not of our form. */
function nobodysUsers(names: Iterable<string>): string[] {
  return [...names].filter((name) => name.startsWith(agentUserPrefix) && parseAgentUser(name) === null);
}

function isSameAccount(one: BrokerAccount | null, other: BrokerAccount | null): boolean {
  return JSON.stringify(one?.user) === JSON.stringify(other?.user) && (one === null) === (other === null);
}
