/**
 * What is attacked: one server process of its own with its own database and, where JMS agents are to come, its own
 * broker. The product's programs, or those with one defence switched off.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@longshore/embedded';
import { createSecret, fingerprintOfCertificate } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import { type Answered, ask, type Asking } from '../attacker/ask';
import { Broker } from './broker';
import { Child } from './child';
import { freePort } from './free-port';
import { programsWith, type Weakening } from './programs';
import { until } from './until';

export interface SitePlan {
  readonly weakening: Weakening | null;
  readonly withBroker?: boolean;
  /** Where agents are told to come, where it is not the gateway itself. */
  readonly gateways?: readonly string[];
  readonly brokers?: readonly string[];
  readonly logLevel?: 'info' | 'debug';
}

/** All that another process or another spec needs to know of it. */
export interface SiteFacts {
  readonly folder: string;
  readonly apiPort: number;
  readonly gatewayPort: number;
  readonly fingerprint: Fingerprint;
  readonly adminPassword: string;
  readonly token: string;
  readonly databaseUrl: string;
  readonly broker: Broker['facts'] | null;
}

const readyWithinMs = 60_000;

export class Site {
  private former = '';

  private constructor(
    readonly facts: SiteFacts,
    private process: Child,
    private readonly startServer: () => Child,
    private readonly stopSurroundings: () => Promise<unknown>,
  ) {}

  get isRunning(): boolean {
    return this.process.isRunning;
  }

  get serverPid(): number {
    return this.process.pid;
  }

  /** All that the server has written. */
  get output(): string {
    return this.former + this.process.output;
  }

  static async start(plan: SitePlan): Promise<Site> {
    const folder = mkdtempSync(join(tmpdir(), `longshore-attack-${plan.weakening ?? 'real'}-`));
    const [programs, postgres, broker] = await Promise.all([
      programsWith(plan.weakening, 'server'),
      EmbeddedPostgres.start({ folder: join(folder, 'postgres'), log: () => undefined }),
      plan.withBroker === true ? Broker.start(join(folder, 'broker')) : null,
    ]);
    const adminPassword = createSecret();
    const [apiPort, gatewayPort] = [await freePort(), await freePort()];
    const settings = {
      dataFolder: join(folder, 'server'),
      ...{ apiPort, gatewayPort, databaseUrl: postgres.databaseUrl, logLevel: plan.logLevel ?? 'info' },
      // Reports are gathered for a second before they are answered: two heartbeats have to be longer than that and a bit.
      heartbeatMs: 2_000,
      adminPasswordFile: writePrivately(join(folder, 'admin-password'), adminPassword),
      gatewayAddresses: plan.gateways ?? [`https://127.0.0.1:${gatewayPort}`],
      ...(broker === null ? {} : broker.settings),
      ...(plan.brokers === undefined ? {} : { brokerAddresses: plan.brokers }),
    };
    const settingsFile = writePrivately(join(folder, 'settings.json'), JSON.stringify(settings));
    const startServer = (): Child => new Child([join(programs, 'server/main.js')], { LONGSHORE_CONFIG: settingsFile });
    const server = startServer();
    const fingerprint = await untilReady(server, folder, apiPort);
    const token = await apiToken(apiPort, adminPassword);
    const facts = { folder, apiPort, gatewayPort, fingerprint, adminPassword, token };
    return new Site(
      { ...facts, databaseUrl: postgres.databaseUrl, broker: broker?.facts ?? null },
      server,
      startServer,
      () => Promise.all([broker?.stop(), postgres.stop()]),
    );
  }

  async restart(): Promise<void> {
    await this.process.stop();
    this.former += this.process.output;
    this.process = this.startServer();
    await untilReady(this.process, this.facts.folder, this.facts.apiPort);
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await this.stopSurroundings();
    rmSync(this.facts.folder, { recursive: true, force: true });
  }
}

/** As the operator asks, by API token; throws where that is refused. */
export async function asOperator(site: SiteFacts, path: string, asking: Asking = {}): Promise<Answered> {
  const headers = { authorization: `Bearer ${site.token}`, ...asking.headers };
  const answered = await ask(site.apiPort, path, { ...asking, headers });
  if (answered.status >= 400) throw new Error(`${asking.method ?? 'GET'} ${path}: ${answered.status} ${answered.text}`);
  return answered;
}

function writePrivately(file: string, text: string): string {
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

async function untilReady(server: Child, folder: string, apiPort: number): Promise<Fingerprint> {
  await until('the server', readyWithinMs, async () => {
    if (!server.isRunning) throw new Error(server.output);
    return (await ask(apiPort, '/health/ready')).status === 200;
  }).catch((cause: unknown) => {
    throw new Error(`the server did not become ready:\n${server.output.slice(-4_000)}`, { cause });
  });
  return fingerprintOfCertificate(readFileSync(join(folder, 'server/identity/current.pem'), 'utf8'));
}

async function apiToken(apiPort: number, password: string): Promise<string> {
  const session = await ask(apiPort, '/api/v1/session', { method: 'POST', body: { user: 'admin', password } });
  const authorization = `Bearer ${(JSON.parse(session.text) as { token: string }).token}`;
  const made = await ask(apiPort, '/api/v1/api-tokens', {
    method: 'POST',
    headers: { authorization },
    body: { name: 'attack suite' },
  });
  return (JSON.parse(made.text) as { token: string }).token;
}
