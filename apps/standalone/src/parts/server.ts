/** Starts the server process with its settings in a 0600 file (no secret in argv or environment) and waits until it is ready. */
import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintOfCertificate } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import { createPinnedDispatcher } from '@longshore/tls';
import { request } from 'undici';
import { writePrivately, type InstallationSecrets } from '../installation-secrets';
import { type Layout, programOf } from '../layout';
import type { StandaloneOptions } from '../options';
import { PartFailedError } from '../standalone-errors';
import { SupervisedProcess } from '../supervised-process';
import type { Broker } from './broker';

export interface ServerPlan {
  readonly options: StandaloneOptions;
  readonly layout: Layout;
  readonly databaseUrl: string;
  readonly broker: Broker | null;
  readonly secrets: InstallationSecrets;
  readonly say: (text: string) => void;
  /** Ends the wait for a server that is not wanted any more. */
  readonly signal: AbortSignal;
}

export interface RunningServer {
  readonly process: SupervisedProcess;
  readonly apiUrl: string;
  readonly gatewayUrl: string;
  readonly fingerprint: Fingerprint;
}

const readyWithinMs = 60_000;

/**
 * Pieces of log pass through the server as garbage. A smaller young generation and two pools of glibc's allocator give
 * it back sooner: five logs of 50 MiB at once grew the server by 40 to 67 MiB without these, and by 19 with them.
 */
const memoryFlags = ['--max-semi-space-size=4'];
const memoryEnvironment = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' };

export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  const { host, ports } = plan.options;
  const dialled = host === '0.0.0.0' ? '127.0.0.1' : host;
  const settingsFile = writeSettings(plan);
  const process = new SupervisedProcess({
    name: 'the server',
    script: programOf('server'),
    args: [],
    nodeFlags: memoryFlags,
    env: {
      PATH: globalThis.process.env.PATH,
      HOME: globalThis.process.env.HOME,
      LONGSHORE_CONFIG: settingsFile,
      ...memoryEnvironment,
    },
    logFile: join(plan.layout.log, 'server.log'),
    recordFile: join(plan.layout.running, 'server.json'),
    whenDone: 'restart',
    say: plan.say,
  });
  process.start();
  const apiUrl = `https://${dialled}:${ports.api}`;
  try {
    const fingerprint = await untilReady(plan, apiUrl);
    return { process, apiUrl, gatewayUrl: `https://${dialled}:${ports.gateway}`, fingerprint };
  } catch (error) {
    await process.stop();
    throw error;
  }
}

function writeSettings({ options, layout, databaseUrl, broker, secrets }: ServerPlan): string {
  const passwordFile = join(layout.root, 'admin-password');
  writePrivately(passwordFile, secrets.adminPassword);
  const file = join(layout.root, 'server-settings.json');
  const reachable = reachableAddresses(options.host);
  const settings = {
    dataFolder: layout.server,
    host: options.host,
    apiPort: options.ports.api,
    gatewayPort: options.ports.gateway,
    minTlsVersion: options.minTlsVersion,
    gatewayAddresses: reachable.map((address) => `https://${address}:${options.ports.gateway}`),
    databaseUrl,
    adminPasswordFile: passwordFile,
    ...(broker === null
      ? {}
      : {
          brokerUrl: broker.url,
          brokerManagementUrl: broker.managementUrl,
          brokerFingerprints: broker.fingerprints,
          brokerAddresses: broker.isOurs ? reachable.map((address) => `${address}:${options.ports.amqps}`) : [],
        }),
  };
  writePrivately(file, JSON.stringify(settings, null, 2));
  return file;
}

/** What agents are told: the address listened on or, where that is every address, those that other hosts can dial. */
function reachableAddresses(host: string): string[] {
  if (host !== '0.0.0.0') return [host];
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const outside = addresses
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  return outside.length > 0 ? outside : ['127.0.0.1'];
}

/** The server makes its identity at its first start; from then on its key is pinned like any other. */
async function untilReady(plan: ServerPlan, apiUrl: string): Promise<Fingerprint> {
  const certificateFile = join(plan.layout.server, 'identity', 'current.pem');
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline) {
    if (existsSync(certificateFile)) {
      const fingerprint = fingerprintOfCertificate(readFileSync(certificateFile, 'utf8'));
      if (await isReady(apiUrl, fingerprint)) return fingerprint;
    }
    await sleep(100, undefined, { signal: plan.signal });
  }
  throw new PartFailedError(
    'server',
    `not ready after ${readyWithinMs / 1000} s; see ${join(plan.layout.log, 'server.log')}`,
  );
}

async function isReady(apiUrl: string, fingerprint: Fingerprint): Promise<boolean> {
  const dispatcher = createPinnedDispatcher({ isPinned: (presented) => presented === fingerprint });
  try {
    const { statusCode, body } = await request(`${apiUrl}/health/ready`, { dispatcher });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  } finally {
    await dispatcher.destroy();
  }
}
