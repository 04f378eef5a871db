/**
 * Composes the monitor of one home and runs it until it is told to stop: journal, trust, channel by type, worker.
 *
 * SIGTERM and SIGINT end it with exit code 0; steps go on under their host. A journal that cannot be believed, or
 * another monitor in the same home, ends it at once with the reason.
 */
import { join } from 'node:path';
import {
  AgentLog,
  AgentMonitor,
  Journal,
  agentHome,
  foldersOf,
  makePrivateFolder,
  readAgentConfiguration,
  takeMonitorLock,
  writeAgentConfiguration,
} from '@longshore/agent-runtime';
import { agentFacts } from '../agent-facts';
import { frugalEnvironment, frugalFlags } from '../frugal-flags';
import { readAgentSecrets } from '../trust/agent-secrets';
import { ChainTrust } from '../trust/chain-trust';
import { openChannel } from './open-channel';
import type { OpenedChannel } from './opened-channel';

export interface MonitorRun {
  readonly home: string;
  /** Also says short lines for people. */
  readonly foreground: boolean;
}

export async function runMonitor({ home: root, foreground }: MonitorRun): Promise<void> {
  const home = agentHome(root);
  let configuration = readAgentConfiguration(home.configuration);
  const secrets = readAgentSecrets(home);
  foldersOf(home).forEach(makePrivateFolder);
  const unlock = takeMonitorLock(home.monitorLock, home.root);
  const say = foreground ? { foreground: (line: string) => process.stdout.write(`${line}\n`) } : {};
  const log = new AgentLog({ path: home.logFile, ...say });
  try {
    const owner = { agentId: configuration.id, serverId: configuration.serverId };
    const journal = await Journal.open(home, owner);
    const parts: { opened?: OpenedChannel; monitor?: AgentMonitor } = {};
    const keep = (changed: Partial<typeof configuration>): void => {
      configuration = { ...configuration, ...changed };
      writeAgentConfiguration(home.configuration, configuration);
    };
    const trust = await ChainTrust.open(configuration, secrets, {
      changed: ({ server, jms }, pinMoved) => {
        keep({ server, jms });
        if (pinMoved) void parts.monitor?.restartWorker();
      },
      brokers: (brokers) => parts.opened?.useBrokers(brokers),
    });
    parts.opened = await openChannel({ configuration, secrets, trust, log });
    const { channel } = parts.opened;
    const monitor = new AgentMonitor({
      home,
      configuration,
      facts: agentFacts(),
      channel,
      journal,
      trust,
      log,
      workerProgram: {
        entry: join(__dirname, 'worker.main.js'),
        args: [home.root],
        nodeFlags: frugalFlags,
        environment: frugalEnvironment,
      },
      keepMaxParallel: (maxParallel) => keep({ maxParallel }),
    });
    parts.monitor = monitor;
    log.write('info', `agent ${configuration.id} (${configuration.type}) starts`, {
      pid: process.pid,
      home: home.root,
    });
    monitor.start();
    const signal = await stopSignal();
    log.write('info', 'agent stops', { because: signal });
    await monitor.stop();
  } catch (cause) {
    log.write('error', 'agent ends', { cause: String(cause) });
    throw cause;
  } finally {
    unlock();
  }
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
}
