/**
 * Composes the monitor of one home and runs it until it is told to stop: journal, trust, channel by type, worker.
 *
 * SIGTERM and SIGINT end it with exit code 0; steps go on under their host. A journal that cannot be believed, or
 * another monitor in the same home, ends it at once with the reason.
 */
import { join } from 'node:path';
import {
  type AgentHome,
  AgentLog,
  AgentMonitor,
  Journal,
  agentHome,
  foldersOf,
  makePrivateFolder,
  takeMonitorLock,
} from '@longshore/agent-runtime';
import { agentFacts } from '../agent-facts';
import { frugalEnvironment, frugalFlags } from '../frugal-flags';
import { KeptConfiguration } from '../trust/kept-configuration';
import { openChannel } from './open-channel';
import { type OpenedTrust, type TrustChange, openTrust } from './open-trust';
import { RenewedChannel } from './renewed-channel';

export interface MonitorRun {
  readonly home: string;
  /** Also says short lines for people. */
  readonly foreground: boolean;
}

export async function runMonitor({ home: root, foreground }: MonitorRun): Promise<void> {
  const home = agentHome(root);
  const configuration = new KeptConfiguration(home.configuration);
  foldersOf(home).forEach(makePrivateFolder);
  const unlock = takeMonitorLock(home.monitorLock, home.root);
  const say = foreground ? { foreground: (line: string) => process.stdout.write(`${line}\n`) } : {};
  const log = new AgentLog({ path: home.logFile, ...say });
  try {
    const { id, type } = configuration.current;
    const monitor = await composeMonitor(home, configuration, log);
    log.write('info', `agent ${id} (${type}) starts`, { pid: process.pid, home: home.root });
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

async function composeMonitor(home: AgentHome, configuration: KeptConfiguration, log: AgentLog): Promise<AgentMonitor> {
  const { id: agentId, serverId } = configuration.current;
  const journal = await Journal.open(home, { agentId, serverId });
  const parts: { monitor?: AgentMonitor } = {};
  const changed = (what: TrustChange): void => {
    log.write('info', 'what the agent trusts or shows is another', { what });
    // The worker holds pin, gateways and credentials of its own; access to brokers is none of its business.
    if (what !== 'access') void parts.monitor?.restartWorker();
    if (what !== 'gateways') parts.monitor?.redial(`another ${what}`);
  };
  const opened = await openTrust({ home, configuration, changed });
  const monitor = new AgentMonitor({
    home,
    configuration: configuration.current,
    facts: agentFacts(),
    channel: channelOf(opened, configuration, { log, credentialsChanged: () => void parts.monitor?.restartWorker() }),
    journal,
    trust: opened.trust,
    log,
    workerProgram: {
      entry: join(__dirname, 'worker.main.js'),
      args: [home.root],
      nodeFlags: frugalFlags,
      environment: frugalEnvironment,
    },
    keepMaxParallel: (maxParallel) => configuration.change({ maxParallel }),
  });
  parts.monitor = monitor;
  return monitor;
}

function channelOf(
  opened: OpenedTrust,
  configuration: KeptConfiguration,
  { log, credentialsChanged }: { readonly log: AgentLog; readonly credentialsChanged: () => void },
): RenewedChannel {
  const { secrets, chain, gateway, catchUp, refreshCredentials } = opened;
  const onUnknownSigner = (): void => void catchUp.run('server-signature');
  return new RenewedChannel(async () => {
    if (await refreshCredentials()) credentialsChanged();
    const parts = { configuration: configuration.current, secrets, trust: chain, gateway, log, onUnknownSigner };
    return (await openChannel(parts)).channel;
  });
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
}
