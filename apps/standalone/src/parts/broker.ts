/**
 * Keeps the private RabbitMQ node running, or says why there is none: without a broker everything but JMS agents works.
 *
 * The node's key and the agents' authority stand outside the node's folder, so that deleting that folder costs nothing:
 * the node starts anew with the same key and the server writes users and queues again.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrokerUnavailableError, PrivateBroker, type PrivateBrokerOptions } from '@longshore/embedded';
import { createCertificateAuthority, createIdentity } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import { writePrivately, type InstallationSecrets } from '../installation-secrets';
import type { Layout } from '../layout';
import { keepRunning } from './keep-running';

export interface Broker {
  readonly url: string;
  readonly managementUrl: string;
  readonly fingerprints: readonly Fingerprint[];
  /** Ours stands beside the server, at the addresses that the server is told. */
  readonly isOurs: boolean;
  stop(): Promise<void>;
}

export interface BrokerPlan {
  readonly layout: Layout;
  readonly host: string;
  readonly port: number;
  readonly secrets: InstallationSecrets;
  readonly say: (text: string) => void;
}

const vhost = 'longshore';

/** Answers with null, after saying what is missing, where no RabbitMQ can be had. */
export async function startBroker(plan: BrokerPlan, warn: (text: string) => void): Promise<Broker | null> {
  const { identity, agentCaPem } = openBrokerKeys(plan.layout);
  const options: PrivateBrokerOptions = {
    folder: plan.layout.broker,
    host: plan.host,
    amqpsPort: plan.port,
    certificatePem: identity.certificatePem,
    privateKeyPem: identity.privateKeyPem,
    agentCaPem,
    adminUser: plan.secrets.brokerUser,
    adminPassword: plan.secrets.brokerPassword,
    vhost,
    log: plan.say,
  };
  try {
    // The server knows the port of the first start, also when the whole folder of the node is lost meanwhile.
    let managementPort: number | undefined;
    const start = async (): Promise<PrivateBroker> => {
      const broker = await PrivateBroker.start({
        ...options,
        ...(managementPort === undefined ? {} : { managementPort }),
      });
      managementPort ??= Number(new URL(broker.managementUrl).port);
      return broker;
    };
    const { first, stop } = await keepRunning({ name: 'RabbitMQ', start, say: plan.say });
    const credential = `${plan.secrets.brokerUser}:${plan.secrets.brokerPassword}@`;
    const dialled = plan.host === '0.0.0.0' ? '127.0.0.1' : plan.host;
    return {
      url: `amqps://${credential}${dialled}:${plan.port}/${vhost}`,
      managementUrl: first.managementUrl.replace('http://', `http://${credential}`),
      fingerprints: [identity.fingerprint],
      isOurs: true,
      stop,
    };
  } catch (error) {
    if (!(error instanceof BrokerUnavailableError)) throw error;
    warn(`no RabbitMQ, going on with web agents only: ${error.message}`);
    return null;
  }
}

function openBrokerKeys(layout: Layout) {
  const folder = join(layout.root, 'broker-identity');
  const authorityFolder = join(layout.server, 'agent-ca');
  for (const path of [folder, authorityFolder]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const identity = openKept(join(folder, 'identity.json'), () =>
    createIdentity({ kind: 'broker', id: 'broker-1', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] }),
  );
  const authority = openKept(join(authorityFolder, 'authority.json'), createCertificateAuthority);
  return { identity, agentCaPem: authority.certificatePem };
}

function openKept<T>(file: string, create: () => T): T {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  const made = create();
  writePrivately(file, JSON.stringify(made));
  return made;
}
