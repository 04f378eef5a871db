import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { UnsequencedToServer } from '@longshore/delivery';
import type { PinRefused, RunStep } from '@longshore/protocol';
import { Journal } from '../journal/journal';
import { AgentLog } from '../log/agent-log';
import { readAgentStatus } from '../status/agent-status-file';
import { aCancelCommand, aRunCommand, aRunStep, anOwner } from '../testing/a-command';
import { aHome } from '../testing/a-place';
import { bundleProgram } from '../testing/bundle-program';
import { ScriptedServer } from '../testing/scripted-server';
import { AgentMonitor } from './agent-monitor';
import { ServerTrust } from './server-trust';

/** Proves whatever it is told to. */
class PliantTrust extends ServerTrust {
  proven: string | null = null;
  override describe() {
    return { pins: [], sealingKey: '' };
  }
  override readonly pinProblem = null;
  override async learn(): Promise<void> {}
  override async isProven({ address }: PinRefused): Promise<boolean> {
    return address === this.proven;
  }
  override async lookInto(): Promise<null> {
    return null;
  }
}

const until = async (isSo: () => boolean): Promise<void> => {
  for (const giveUpAt = performance.now() + 4_000; !isSo(); await pause(10)) {
    if (performance.now() > giveUpAt) throw new Error('it never came');
  }
};

describe('the monitor, between its server and its worker', () => {
  const home = aHome();
  let worker = '';
  let server: ScriptedServer;
  let journal: Journal;
  let monitor: AgentMonitor;
  const trust = new PliantTrust();

  beforeAll(async () => {
    mkdirSync(join(home.root, 'worker'));
    worker = bundleProgram(join(__dirname, '..', 'testing', 'tiny-worker.main.ts'), join(home.root, 'worker'));
    server = new ScriptedServer(answer);
    journal = await Journal.open(home, anOwner);
    const fingerprint = `sha256/${'A'.repeat(43)}=` as never;
    monitor = new AgentMonitor({
      home,
      configuration: {
        ...{ homeVersion: 1, id: anOwner.agentId, name: anOwner.agentId, type: 'web', serverId: anOwner.serverId },
        ...{ gateways: ['https://127.0.0.1:1'], server: { current: fingerprint, next: null, chainHead: '' } },
        ...{ jms: null, maxParallel: null, minTlsVersion: 'TLSv1.3' },
      },
      facts: {
        hostname: 'quay',
        platform: 'linux',
        architecture: 'x64',
        cpus: 1,
        agentVersion: '0',
        nodeVersion: '24',
      },
      channel: server,
      journal,
      trust,
      log: new AgentLog({ path: home.logFile }),
      workerProgram: { entry: worker, args: ['obey'] },
      keepMaxParallel: () => undefined,
    });
    monitor.start();
    await until(() => readAgentStatus(home.status)?.worker === 'running');
  });
  afterAll(async () => {
    await monitor.stop();
    expect(readAgentStatus(home.status)).toMatchObject({ worker: 'stopped', pid: { worker: null } });
    home.remove();
  });

  function answer(word: UnsequencedToServer, peer: ScriptedServer): void {
    if (word.type === 'hello') peer.welcome();
    if (word.type === 'agent.status') peer.say('ack', { acks: [] }, word.id);
  }
  const closed = (order: RunStep) => () => journal.openOrder(order.attemptId) === null;

  it('carries one attempt from the command to its acknowledged end', async () => {
    const order = aRunStep({ startEpoch: 1 });
    server.deliver(aRunCommand(1, order));
    await until(closed(order));
    await until(() => journal.acknowledgedUpTo('control') === 2);
    expect(server.transcript.filter((line) => line.includes('control'))).toEqual([
      'agent --> server  step.accepted control 1',
      'agent --> server  step.started control 2',
    ]);
    await until(() => journal.acknowledgedUpTo('work') === 1);
    await until(() => readAgentStatus(home.status)?.legs.control.state === 'online');
  });

  it('lets an attempt wait for its epoch, tells of a crash meanwhile, and starts it when it is offered again', async () => {
    const order = aRunStep({ startEpoch: 0 });
    server.deliver(aRunCommand(2, order));
    await until(() => journal.openOrder(order.attemptId)?.phase === 'accepted');
    const before = monitor.status().worker;
    server.deliver(aCancelCommand(3, aRunStep().attemptId));
    await until(() => server.transcript.includes('agent --> server  worker.crashed control 4'));
    expect(before).toBe('running');
    await until(() => monitor.status().worker === 'running');
    expect(journal.openOrder(order.attemptId)?.phase).toBe('accepted');
    server.deliver(aRunCommand(4, { ...order, startEpoch: 1 }));
    await until(closed(order));
    expect(journal.openAttempts()).toEqual([]);
  });

  it('tells the server of a key that nothing proves, once, and of none that the chain accounts for', async () => {
    const keyOf = (letter: string) => `sha256/${letter.repeat(43)}=` as never;
    const refused = (address: string): PinRefused => ({
      ...{ leg: 'https', address, expected: [keyOf('A')], presented: keyOf('B') },
    });
    const told = () => server.transcript.filter((line) => line.includes('pin.refused')).length;
    trust.proven = 'rotated:1';
    const before = journal.held('control').highest;
    for (const address of ['rotated:1', 'rogue:1', 'rogue:1']) monitor.pinRefused(refused(address));
    await until(() => told() === 1);
    await until(() => journal.acknowledgedUpTo('control') === before + 1);
    expect([told(), journal.held('control').highest]).toEqual([1, before + 1]);
  });
});
