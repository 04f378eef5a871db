/**
 * Keeps the private RabbitMQ node running, or says why there is none: without a broker everything but JMS agents works.
 *
 * The node's keys and the agents' authority stand outside the node's folder, so that deleting that folder costs nothing:
 * the node starts anew with the same key and the server writes users and queues again.
 */
import { BrokerUnavailableError, PrivateBroker, type PrivateBrokerOptions } from '@longshore/embedded';
import type { Fingerprint } from '@longshore/protocol';
import type { InstallationSecrets } from '../installation-secrets';
import type { Layout } from '../layout';
import { openBrokerKeys } from './broker-keys';
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
  readonly allowTls12: boolean;
  readonly rotateKey: boolean;
  readonly say: (text: string) => void;
}

const vhost = 'longshore';

/** Answers with null, after saying what is missing, where no RabbitMQ can be had. */
export async function startBroker(plan: BrokerPlan, warn: (text: string) => void): Promise<Broker | null> {
  const { current, next, agentCaPem } = openBrokerKeys(plan.layout, plan.rotateKey);
  const options: PrivateBrokerOptions = {
    folder: plan.layout.broker,
    host: plan.host,
    amqpsPort: plan.port,
    certificatePem: current.certificatePem,
    privateKeyPem: current.privateKeyPem,
    agentCaPem,
    allowTls12: plan.allowTls12,
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
      fingerprints: [current.fingerprint, next.fingerprint],
      isOurs: true,
      stop,
    };
  } catch (error) {
    if (!(error instanceof BrokerUnavailableError)) throw error;
    warn(`no RabbitMQ, going on with web agents only: ${error.message}`);
    return null;
  }
}
