/** A real RabbitMQ of one test file, with its own folder and ports; stopped and removed by `stop`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateBroker, type PrivateBrokerOptions } from '@longshore/embedded';
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createIdentity,
  type Identity,
} from '@longshore/pinning';
import type { BrokerAddress } from '../amqp/broker-dialler';
import type { BrokerCredential } from '../amqp/open-amqp';
import { BrokerManagement } from '../broker/broker-management';
import type { BrokerPlace } from '../broker/broker-topology';

export class TestBroker {
  private constructor(
    private readonly parent: string,
    private readonly options: PrivateBrokerOptions,
    /** The node's own identity, for tests about somebody who has taken it, and the agents' private authority. */
    readonly keys: { readonly identity: Identity; readonly authority: CertificateAuthority },
    private broker: PrivateBroker,
  ) {}

  static async start(): Promise<TestBroker> {
    const parent = mkdtempSync(join(tmpdir(), 'longshore-jms-'));
    const identity = createIdentity({ kind: 'broker', id: 'test' });
    const authority = createCertificateAuthority();
    const options: PrivateBrokerOptions = {
      folder: join(parent, 'broker'),
      amqpsPort: await aFreePort(),
      certificatePem: identity.certificatePem,
      privateKeyPem: identity.privateKeyPem,
      agentCaPem: authority.certificatePem,
      adminUser: 'longshore-server',
      adminPassword: 'secret-of-this-test',
      vhost: 'longshore',
      log: () => undefined,
    };
    const broker = await PrivateBroker.start(options);
    return new TestBroker(parent, options, { identity, authority }, broker);
  }

  get address(): BrokerAddress {
    return { host: '127.0.0.1', port: this.broker.amqpsPort, fingerprints: [this.keys.identity.fingerprint] };
  }

  get credential(): BrokerCredential {
    const { adminUser, adminPassword, vhost } = this.options;
    return { user: adminUser, vhost, login: { by: 'password', password: adminPassword } };
  }

  get place(): BrokerPlace {
    return { management: this.management, vhost: this.options.vhost, serverUser: this.options.adminUser };
  }

  get management(): BrokerManagement {
    return new BrokerManagement({
      url: this.broker.managementUrl,
      user: this.options.adminUser,
      password: this.options.adminPassword,
    });
  }

  /** kill -9, and a new node on the same data, or on none. */
  async killAndRestart(dataFolder: 'kept' | 'deleted'): Promise<void> {
    process.kill(this.broker.pid, 'SIGKILL');
    await this.broker.exited;
    await this.broker.stop();
    if (dataFolder === 'deleted') rmSync(join(this.options.folder, 'data'), { recursive: true });
    this.broker = await PrivateBroker.start(this.options);
  }

  async stop(): Promise<void> {
    await this.broker.stop();
    rmSync(this.parent, { recursive: true, force: true });
  }
}

async function aFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
