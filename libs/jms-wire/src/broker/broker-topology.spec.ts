import { brokerPasswordHash } from '@longshore/pinning';
import { anAgentId } from '../../../delivery/src/testing/messages';
import { TestBroker } from '../testing/test-broker';
import { agentQueueOf, agentUserOf } from '../topology';
import type { BrokerAccount } from './broker-account';
import { BrokerTopology } from './broker-topology';

jest.setTimeout(120_000);

let broker: TestBroker;
let topology: BrokerTopology;

beforeAll(async () => {
  broker = await TestBroker.start();
  topology = new BrokerTopology(broker.management, broker.credential.vhost, broker.credential.user);
}, 300_000);
afterAll(() => broker?.stop());

function anAccount(keyId = 'k1', agentId = anAgentId()): BrokerAccount {
  return { agentId, keyId, brokerPasswordHash: brokerPasswordHash('secret') };
}

async function names(kind: 'users' | 'queues'): Promise<string[]> {
  const path = kind === 'users' ? [kind] : [kind, broker.credential.vhost];
  return ((await broker.management.read<{ name: string }[]>(path)) ?? []).map(({ name }) => name);
}

describe('broker topology', () => {
  it('makes what is missing, and finds nothing to do afterwards', async () => {
    const accounts = Array.from({ length: 20 }, () => anAccount());
    expect((await topology.reconcile(accounts)).written).toBeGreaterThan(20);
    expect(await topology.reconcile(accounts)).toEqual({ written: 0, deleted: 0 });
    for (const { agentId, keyId } of accounts) {
      expect(await names('users')).toContain(agentUserOf(agentId, keyId));
      expect(await names('queues')).toContain(agentQueueOf(agentId));
    }
  });

  it('gives an agent nothing but its own', async () => {
    const account = anAccount();
    await topology.reconcile([account]);
    const user = agentUserOf(account.agentId, account.keyId);
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
    await topology.reconcile([gone, stays]);
    await broker.management.write('PUT', ['users', 'somebody'], { password: 'x', tags: '' });
    await broker.management.write('PUT', ['queues', broker.credential.vhost, 'somebodys.queue'], { durable: true });
    await topology.reconcile([stays]);
    expect(await names('users')).toEqual(expect.arrayContaining(['somebody', agentUserOf(stays.agentId, 'k1')]));
    expect(await names('users')).not.toContain(agentUserOf(gone.agentId, 'k1'));
    expect(await names('queues')).toEqual(expect.arrayContaining(['somebodys.queue', agentQueueOf(stays.agentId)]));
    expect(await names('queues')).not.toContain(agentQueueOf(gone.agentId));
  });

  it('replaces the user of a regenerated key', async () => {
    const old = anAccount('k1');
    await topology.reconcile([old]);
    await topology.ensureAgent(anAccount('k2', old.agentId));
    const users = (await names('users')).filter((name) => name.includes(`.${old.agentId}.`));
    expect(users).toEqual([agentUserOf(old.agentId, 'k2')]);
  });

  it('says that the management does not answer, without its credential', async () => {
    const { BrokerManagement } = await import('./broker-management');
    const management = new BrokerManagement({ url: 'http://somebody:very-secret@127.0.0.1:9' });
    const unreachable = new BrokerTopology(management, 'v', 'u');
    const problem: unknown = await unreachable.reconcile([]).catch((cause: unknown) => cause);
    expect(problem).toMatchObject({ code: 'BROKER_MANAGEMENT_FAILED', severity: 'retry' });
    expect(`${String(problem)} ${String((problem as Error).cause)}`).not.toContain('very-secret');
  });
});
