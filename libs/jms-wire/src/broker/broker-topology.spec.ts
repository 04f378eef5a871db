import { brokerPasswordHash } from '@longshore/pinning';
import { anAgentId } from '../../../delivery/src/testing/messages';
import { TestBroker } from '../testing/test-broker';
import { agentQueueOf, agentUserOf } from '../topology';
import type { BrokerAccount, BrokerUser } from './broker-account';
import { AccountsInMemory } from '../testing/jms-pair';
import { BrokerTopology } from './broker-topology';

jest.setTimeout(120_000);

let broker: TestBroker;
let topology: BrokerTopology;
let accounts: AccountsInMemory;

beforeAll(async () => {
  broker = await TestBroker.start();
}, 300_000);
afterAll(() => broker?.stop());

beforeEach(() => {
  accounts = new AccountsInMemory();
  topology = new BrokerTopology(broker.place, accounts);
});

function anAccount(keyId = 'k1', agentId = anAgentId()): BrokerAccount & { readonly user: BrokerUser } {
  return { agentId, user: { name: agentUserOf(agentId, keyId), passwordHash: brokerPasswordHash('secret') } };
}

function reconcile(...wanted: readonly BrokerAccount[]) {
  accounts.accounts.splice(0, Infinity, ...wanted);
  return topology.reconcile();
}

async function names(kind: 'users' | 'queues'): Promise<string[]> {
  const path = kind === 'users' ? [kind] : [kind, broker.credential.vhost];
  return ((await broker.management.read<{ name: string }[]>(path)) ?? []).map(({ name }) => name);
}

describe('broker topology', () => {
  it('makes what is missing, and finds nothing to do afterwards', async () => {
    const wanted = Array.from({ length: 20 }, () => anAccount());
    expect(await reconcile(...wanted)).toMatchObject({ agents: 20 });
    expect(await reconcile(...wanted)).toEqual({ base: 0, agents: 0 });
    const [users, queues] = [await names('users'), await names('queues')];
    for (const { agentId, user } of wanted) {
      expect(users).toContain(user.name);
      expect(queues).toContain(agentQueueOf(agentId));
    }
  });

  it('gives an agent nothing but its own', async () => {
    const account = anAccount();
    await reconcile(account);
    const user = account.user.name;
    expect(await broker.management.read(['permissions', broker.credential.vhost, user])).toMatchObject({
      configure: '^$',
      write: '^jms\\.in$',
      read: `^jms\\.agent\\.${account.agentId}$`,
    });
    expect(await broker.management.read(['topic-permissions', broker.credential.vhost, user])).toEqual([
      expect.objectContaining({ exchange: 'jms.in', write: `^from\\.${account.agentId}\\.` }),
    ]);
    expect(await broker.management.read(['users', user])).toMatchObject({ tags: [] });
  });

  it('removes agents that are gone and touches nothing else', async () => {
    const [gone, stays] = [anAccount(), anAccount()];
    await reconcile(gone, stays);
    await broker.management.write('PUT', ['users', 'somebody'], { password: 'x', tags: '' });
    await broker.management.write('PUT', ['queues', broker.credential.vhost, 'somebodys.queue'], { durable: true });
    await reconcile(stays);
    expect(await names('users')).toEqual(expect.arrayContaining(['somebody', agentUserOf(stays.agentId, 'k1')]));
    expect(await names('users')).not.toContain(agentUserOf(gone.agentId, 'k1'));
    expect(await names('queues')).toEqual(expect.arrayContaining(['somebodys.queue', agentQueueOf(stays.agentId)]));
    expect(await names('queues')).not.toContain(agentQueueOf(gone.agentId));
  });

  it('replaces the user of a regenerated key', async () => {
    const old = anAccount('k1');
    await reconcile(old);
    accounts.set(old.agentId, anAccount('k2', old.agentId).user);
    await topology.ensureAgent(old.agentId);
    const users = (await names('users')).filter((name) => name.includes(`.${old.agentId}.`));
    expect(users).toEqual([agentUserOf(old.agentId, 'k2')]);
  });

  it('keeps the queue of an agent that may not come, and gives it its user back', async () => {
    const account = anAccount();
    await reconcile(account);
    accounts.set(account.agentId, null);
    await topology.ensureAgent(account.agentId);
    expect(await names('users')).not.toContain(account.user.name);
    expect(await names('queues')).toContain(agentQueueOf(account.agentId));
    expect(await topology.reconcile()).toEqual({ base: 0, agents: 0 });
    accounts.set(account.agentId, account.user);
    await topology.ensureAgent(account.agentId);
    expect(await names('users')).toContain(account.user.name);
  });

  it('does not put back what was taken back while it was at work', async () => {
    const before = anAccount();
    const after = anAccount('k2', before.agentId);
    accounts.set(before.agentId, before.user);
    const read = accounts.byAgentId.bind(accounts);
    let reads = 0;
    // The database changes right after the comparison has read it.
    accounts.byAgentId = async (agentId) => {
      const answer = await read(agentId);
      if ((reads += 1) === 1) accounts.set(before.agentId, after.user);
      return answer;
    };
    await topology.reconcile();
    const users = (await names('users')).filter((name) => name.includes(`.${before.agentId}.`));
    expect(users).toEqual([after.user.name]);
  });

  it('tells its progress over many agents', async () => {
    const wanted = Array.from({ length: 10 }, () => anAccount());
    accounts.accounts.push(...wanted);
    const told: string[] = [];
    await topology.reconcile((done, of) => told.push(`${done}/${of}`));
    expect(told.at(-1)).toMatch(/^(\d+)\/\1$/);
    expect(told.length).toBeGreaterThanOrEqual(10);
  });

  it('says that the management does not answer, without its credential', async () => {
    const { BrokerManagement } = await import('./broker-management');
    const management = new BrokerManagement({ url: 'http://somebody:very-secret@127.0.0.1:9' });
    const unreachable = new BrokerTopology({ management, vhost: 'v', serverUser: 'u' }, accounts);
    const problem: unknown = await unreachable.reconcile().catch((cause: unknown) => cause);
    expect(problem).toMatchObject({ code: 'BROKER_MANAGEMENT_FAILED', severity: 'retry' });
    expect(`${String(problem)} ${String((problem as Error).cause)}`).not.toContain('very-secret');
  });
});
