/** The broker of one site: a real RabbitMQ node, whose administrator's password the attacker may have as well. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PrivateBroker } from '@longshore/embedded';
import { createCertificateAuthority, createIdentity, createSecret } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import { freePort } from './free-port';

export interface BrokerFacts {
  readonly port: number;
  readonly managementUrl: string;
  readonly fingerprint: Fingerprint;
  readonly adminUser: string;
  readonly adminPassword: string;
  readonly vhost: string;
  readonly pid: number;
}

const vhost = 'longshore';
const adminUser = 'longshore-server';

export class Broker {
  private constructor(
    readonly facts: BrokerFacts,
    private readonly node: PrivateBroker,
  ) {}

  static async start(folder: string): Promise<Broker> {
    const identity = createIdentity({ kind: 'broker', id: 'broker-1' });
    const adminPassword = createSecret();
    const node = await PrivateBroker.start({
      ...{ folder, adminUser, adminPassword, vhost, amqpsPort: await freePort(), log: () => undefined },
      ...{ certificatePem: identity.certificatePem, privateKeyPem: identity.privateKeyPem },
      agentCaPem: authorityBeside(folder),
    });
    const { amqpsPort: port, managementUrl, pid } = node;
    return new Broker(
      { port, managementUrl, fingerprint: identity.fingerprint, adminUser, adminPassword, vhost, pid },
      node,
    );
  }

  /** For the server's settings file. */
  get settings(): Record<string, unknown> {
    const { port, managementUrl, fingerprint, adminPassword } = this.facts;
    const credential = `${adminUser}:${adminPassword}@`;
    return {
      brokerUrl: `amqps://${credential}127.0.0.1:${port}/${vhost}`,
      brokerManagementUrl: managementUrl.replace('http://', `http://${credential}`),
      brokerFingerprints: [fingerprint],
      brokerAddresses: [`127.0.0.1:${port}`],
    };
  }

  stop(): Promise<void> {
    return this.node.stop();
  }
}

/** The server signs agents' certificates with the authority that the broker trusts: it finds it in its data folder. */
function authorityBeside(folder: string): string {
  const authority = createCertificateAuthority();
  const place = join(dirname(folder), 'server/agent-ca');
  mkdirSync(place, { recursive: true, mode: 0o700 });
  writeFileSync(join(place, 'authority.json'), JSON.stringify(authority), { mode: 0o600 });
  return authority.certificatePem;
}
