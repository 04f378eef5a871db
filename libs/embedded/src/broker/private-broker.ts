/**
 * A RabbitMQ node of our own for JMS agents: one call makes or finds the node of a folder, starts it and says where
 * it is (docs/protocol.md, JMS wire; docs/architecture.md, Embedded services).
 *
 * The broker carries copies only. Deleting `data/` loses nothing: the node starts afresh with the same administrator,
 * and the server puts users and queues back. A node that a killed predecessor left behind is adopted when it runs with
 * exactly this configuration, else replaced.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { claimFolder, type FolderClaim } from '../folder-claim';
import { choosePort, requirePort } from '../loopback-port';
import { writePrivateFile } from '../private-file';
import { isAlive, untilGone } from '../process-identity';
import type { ProgressLog } from '../progress-log';
import {
  type BrokerConfiguration,
  type InternalPorts,
  renderConfiguration,
  writeConfiguration,
} from './broker-configuration';
import { locateBroker } from './broker-installation';
import { type BrokerNode, killNode, startNode, stopNode } from './broker-node';
import { untilBrokerReady } from './broker-readiness';

export interface PrivateBrokerOptions extends Omit<BrokerConfiguration, 'host' | 'allowTls12'> {
  /** Holds configuration, keys, `data/` and `log/`; made when absent. */
  readonly folder: string;
  /** Where agents connect; 127.0.0.1 by default. */
  readonly host?: string;
  readonly allowTls12?: boolean;
  /** Loopback port of the management, where it is free: for a node whose folder, and so its last port, is gone. */
  readonly managementPort?: number;
  /** Where unpacked packages are kept; the user's cache by default. */
  readonly cache?: string;
  readonly log: ProgressLog;
}

/** What `node.json` remembers of the last start. */
interface RememberedNode extends BrokerNode {
  readonly ports: InternalPorts;
  readonly digest: string;
}

export class PrivateBroker {
  readonly managementUrl: string;
  readonly pid: number;
  /** Settles when the node is gone, however it ended. Then stop() this one and start() another: it takes the same ports. */
  readonly exited: Promise<void>;

  private constructor(
    readonly amqpsPort: number,
    private readonly running: RememberedNode,
    private readonly claim: FolderClaim,
  ) {
    this.managementUrl = `http://127.0.0.1:${running.ports.management}`;
    this.pid = running.node.pid;
    this.exited = untilGone(running.node);
  }

  static async start({
    folder: wanted,
    log,
    cache,
    managementPort,
    ...rest
  }: PrivateBrokerOptions): Promise<PrivateBroker> {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    const folder = realpathSync(wanted);
    const configuration: BrokerConfiguration = { host: '127.0.0.1', allowTls12: false, ...rest };
    const claim = await claimFolder(folder);
    try {
      const adopted = await adopt(folder, configuration, log);
      const running = adopted ?? (await launch(folder, configuration, { log, cache, managementPort }));
      return new PrivateBroker(configuration.amqpsPort, running, claim);
    } catch (error) {
      claim.release();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await stopNode(this.running);
    this.claim.release();
  }
}

function remembered(folder: string): RememberedNode | undefined {
  const path = join(folder, 'node.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RememberedNode) : undefined;
}

function digestOf(folder: string, configuration: BrokerConfiguration, ports: InternalPorts): string {
  const { certificatePem, privateKeyPem, agentCaPem } = configuration;
  const rendered = renderConfiguration(folder, configuration, ports);
  return createHash('sha256').update([rendered, certificatePem, privateKeyPem, agentCaPem].join('\0')).digest('hex');
}

/** Also clears what a dead or outdated predecessor left running, its port mapper included. */
async function adopt(
  folder: string,
  configuration: BrokerConfiguration,
  log: ProgressLog,
): Promise<RememberedNode | undefined> {
  const last = remembered(folder);
  if (!last) return undefined;
  const intact = isAlive(last.node) && existsSync(join(folder, 'data'));
  if (intact && last.digest === digestOf(folder, configuration, last.ports)) {
    try {
      await untilBrokerReady({ folder, configuration, ports: last.ports, running: last });
      log(`RabbitMQ: still running (pid ${last.node.pid}), taken over`);
      return last;
    } catch {
      log('RabbitMQ: a node was left behind that does not answer, replacing it');
    }
  }
  await stopNode(last);
  return undefined;
}

interface LaunchOptions {
  readonly log: ProgressLog;
  readonly cache: string | undefined;
  readonly managementPort: number | undefined;
}

async function launch(
  folder: string,
  configuration: BrokerConfiguration,
  options: LaunchOptions,
): Promise<RememberedNode> {
  const { host, amqpsPort } = configuration;
  const installation = await locateBroker(options);
  await requirePort(amqpsPort, host, 'RabbitMQ');
  const ports = await choosePorts(remembered(folder)?.ports, options.managementPort);
  writeConfiguration(folder, configuration, ports);
  const processes = await startNode(folder, installation, ports);
  const running = { ...processes, ports, digest: digestOf(folder, configuration, ports) };
  writePrivateFile(join(folder, 'node.json'), JSON.stringify(running));
  try {
    await untilBrokerReady({ folder, configuration, ports, running });
    return running;
  } catch (error) {
    await killNode(running);
    throw error;
  }
}

/** The server was told the management address at its own start, so a restarted node has to come back on it. */
async function choosePorts(last: InternalPorts | undefined, managementPort?: number): Promise<InternalPorts> {
  const management = await choosePort(last?.management ?? managementPort);
  const distribution = await choosePort(last?.distribution);
  return { management, distribution, epmd: await choosePort(last?.epmd) };
}
