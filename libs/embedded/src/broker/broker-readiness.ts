/**
 * Is the node ready for agents? It is when its management answers our administrator that the AMQPS listener is up,
 * which comes last in a node's start, and a handshake there shows our certificate: RabbitMQ reads its key only when
 * the first client comes. A node that ended, or that has another administrator, never will be ready.
 */
import { X509Certificate } from 'node:crypto';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { BrokerStartError, DiskFullError } from '../embedded-errors';
import { isAlive } from '../process-identity';
import type { BrokerConfiguration, InternalPorts } from './broker-configuration';
import { type BrokerNode, lastWords } from './broker-node';

export interface StartedNode {
  readonly folder: string;
  readonly configuration: BrokerConfiguration;
  readonly ports: InternalPorts;
  readonly running: BrokerNode;
}

const readyTimeoutMs = 120_000;
const answerTimeoutMs = 5_000;
/** A node that has only just begun to listen may refuse the administrator it is about to make. */
const refusalsUntilCertain = 8;

export async function untilBrokerReady(started: StartedNode): Promise<void> {
  const { folder, configuration, ports, running } = started;
  const deadline = performance.now() + readyTimeoutMs;
  let refusals = 0;
  for (;;) {
    const status = await askManagement(configuration, ports);
    if (status === 200) return checkHandshake(started);
    if (status === 401 && ++refusals >= refusalsUntilCertain) throw refused(folder);
    if (!isAlive(running.node)) throw explainEnd(started);
    if (performance.now() > deadline) {
      throw new BrokerStartError(
        `RabbitMQ was not ready after ${readyTimeoutMs / 1000} s (log: ${folder}/log)`,
        lastWords(folder, running),
      );
    }
    await pause(200);
  }
}

/** The HTTP status, or undefined where nothing answers yet. */
function askManagement(configuration: BrokerConfiguration, ports: InternalPorts): Promise<number | undefined> {
  const { amqpsPort, adminUser, adminPassword } = configuration;
  const question = {
    host: '127.0.0.1',
    port: ports.management,
    path: `/api/health/checks/port-listener/${amqpsPort}`,
    auth: `${adminUser}:${adminPassword}`,
    timeout: answerTimeoutMs,
    // A connection kept open would make the node wait five seconds for it when it stops.
    agent: false,
  } as const;
  return new Promise((settle) => {
    const request = get(question, (answer) => answer.resume().on('close', () => settle(answer.statusCode)));
    request.on('timeout', () => request.destroy()).on('error', () => settle(undefined));
  });
}

async function checkHandshake({ folder, configuration, running }: StartedNode): Promise<void> {
  const problem = await shakeHands(configuration);
  if (!problem) return;
  throw new BrokerStartError(
    `RabbitMQ's TLS handshake fails (${problem}; log: ${folder}/log)`,
    lastWords(folder, running),
  );
}

/** What is wrong with the listener, or undefined. Not a byte is written. */
function shakeHands({ host, amqpsPort, certificatePem }: BrokerConfiguration): Promise<string | undefined> {
  const wildcards: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  return new Promise((settle) => {
    // Nobody signed the certificate; it is compared as a whole below.
    const socket = connect({ host: wildcards[host] ?? host, port: amqpsPort, rejectUnauthorized: false });
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error('no answer')));
    socket.on('error', (error) => settle(error.message));
    socket.on('secureConnect', () => {
      const presented = socket.getPeerX509Certificate();
      settle(presented?.raw.equals(new X509Certificate(certificatePem).raw) ? undefined : 'another certificate');
      socket.destroy();
    });
  });
}

function refused(folder: string): BrokerStartError {
  const data = join(folder, 'data');
  return new BrokerStartError(
    `RabbitMQ's data in ${data} was made with another administrator's password: delete ${data}, it holds copies only`,
    '',
  );
}

function explainEnd({ folder, running }: StartedNode): Error {
  const words = lastWords(folder, running);
  if (/enospc|No space left on device/i.test(words)) return new DiskFullError(folder, 'RabbitMQ');
  return new BrokerStartError(`RabbitMQ ended while it started (log: ${folder}/log)`, words);
}
