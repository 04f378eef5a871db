/**
 * One complete installation on this machine: what is started, in which order, and how it is stopped.
 *
 *   PostgreSQL and RabbitMQ → server → operator's token → agents → first run → ready file
 *
 * Stopping goes the other way round, so that agents can say goodbye and the server can drain.
 */
import { claimFolder, isPortFree } from '@longshore/embedded';
import { agentTypeSchema, type AgentType } from '@longshore/protocol';
import type { LongshoreClient } from '@longshore/rest-client';
import type { Run } from '@longshore/rest-contract';
import { performFirstRun } from './first-run';
import { type InstallationSecrets, openSecrets } from './installation-secrets';
import { type Layout, openLayout } from './layout';
import { openOperator } from './operator';
import type { StandaloneOptions } from './options';
import { rememberPorts } from './ports';
import { isInstalled, type RunningAgent, startAgent, untilOnline } from './parts/agents';
import { startBroker } from './parts/broker';
import { startDatabase } from './parts/database';
import { endLeftOvers } from './parts/left-over';
import { type RunningServer, startServer } from './parts/server';
import { brokerElsewhere, databaseElsewhere } from './parts/services-elsewhere';
import { stopSteps } from './parts/stop-steps';
import type { Progress } from './progress';
import { writeReadyFile } from './ready-file';
import { PortTakenError } from './standalone-errors';

export interface StartedInstallation {
  readonly server: RunningServer;
  readonly secrets: InstallationSecrets;
  readonly freshlyMade: boolean;
  /** Null: no agent could be given work; the progress says why. */
  readonly run: Run | null;
}

interface AgentsPlan {
  readonly layout: Layout;
  readonly client: LongshoreClient;
  readonly hasBroker: boolean;
}

interface FirstRunPlan extends Omit<AgentsPlan, 'layout'> {
  readonly agents: readonly RunningAgent[];
  readonly isFirstStart: boolean;
}

export class Installation {
  /** What has been started, last first. */
  private readonly toStop: (() => Promise<void>)[] = [];
  private readonly stopping = new AbortController();
  private starting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: StandaloneOptions,
    private readonly progress: Progress,
  ) {}

  start(): Promise<StartedInstallation> {
    const starting = this.startAll();
    this.starting = starting.catch(() => undefined);
    return starting;
  }

  /** Stops whatever was started, also after a start that failed; one that is under way is ended where it stands. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.starting;
    for (const stopPart of this.toStop.splice(0)) {
      await stopPart().catch((error: unknown) => this.progress.warn(`while stopping: ${(error as Error).message}`));
    }
  }

  private async startAll(): Promise<StartedInstallation> {
    const { options, progress } = this;
    const say = (text: string): void => progress.say(text);
    const claim = await claimFolder(options.dataFolder);
    this.toStop.unshift(async () => claim.release());
    const layout = openLayout(options.dataFolder);
    await endLeftOvers(layout, say);
    await this.checkPorts();
    rememberPorts(options.dataFolder, options.ports);
    const { secrets, fresh } = openSecrets(options.dataFolder);

    const { database, broker } = await this.startServices(layout, secrets);
    const { signal } = this.stopping;
    const serverPlan = { options, layout, databaseUrl: database.url, broker, secrets, say, signal };
    const server = await this.part('server', () => startServer(serverPlan));
    this.toStop.unshift(() => server.process.stop());

    const operator = await openOperator({ ...server, dataFolder: options.dataFolder, secrets });
    this.toStop.unshift(operator.close);
    const { client } = operator;
    const { agents, run } = await this.part('agents and first run', async () => {
      const hasBroker = broker !== null;
      const agents = await this.startAgents({ layout, client, hasBroker });
      return { agents, run: await this.firstRun({ client, agents, hasBroker, isFirstStart: fresh }) };
    });
    if (options.readyFile !== null) {
      writeReadyFile(options.readyFile, {
        api: server.apiUrl,
        console: server.apiUrl,
        gateway: server.gatewayUrl,
        fingerprint: server.fingerprint,
        admin: { user: secrets.adminUser, password: secrets.adminPassword },
        token: operator.token,
        agents: agents.map(({ id, type, home }) => ({ id, name: id, type, home })),
        run: run === null ? null : { id: run.id, state: run.state },
      });
    }
    return { server, secrets, freshlyMade: fresh, run };
  }

  /** Side by side; a failure of one waits for the other, so that what came up can be stopped. */
  private async startServices(layout: Layout, secrets: InstallationSecrets) {
    const { host, ports, minTlsVersion, rotateBrokerKey: rotateKey } = this.options;
    const say = (text: string): void => this.progress.say(text);
    const warn = (text: string): void => this.progress.warn(text);
    const warnOfKey = (text: string): void => warn(`${text}; --rotate-broker-key concerns only a broker of ours`);
    const allowTls12 = minTlsVersion === 'TLSv1.2';
    const plan = { layout, host, port: ports.amqps, secrets, allowTls12, rotateKey, say };
    const databaseStarts = this.part(
      'PostgreSQL',
      async () => databaseElsewhere(process.env, say) ?? (await startDatabase(layout.postgres, say)),
    );
    const brokerStarts = this.part(
      'RabbitMQ',
      async () => brokerElsewhere(process.env, rotateKey ? warnOfKey : say) ?? (await startBroker(plan, warn)),
    );
    const [database, broker] = await Promise.allSettled([databaseStarts, brokerStarts]);
    if (database.status === 'fulfilled') this.toStop.unshift(database.value.stop);
    if (broker.status === 'fulfilled' && broker.value !== null) this.toStop.unshift(broker.value.stop);
    if (database.status === 'rejected') throw database.reason;
    if (broker.status === 'rejected') throw broker.reason;
    return { database: database.value, broker: broker.value };
  }

  private part<T>(name: string, start: () => Promise<T>): Promise<T> {
    this.stopping.signal.throwIfAborted();
    return this.progress.during(name, start);
  }

  /** Without a broker a JMS agent of an earlier start is run as well, so that it can say why it waits; none is installed. */
  private async startAgents({ layout, client, hasBroker }: AgentsPlan): Promise<RunningAgent[]> {
    const say = (text: string): void => this.progress.say(text);
    const types = agentTypeSchema.options.filter((type) => canWork(type, hasBroker) || isInstalled(layout, type));
    const running: RunningAgent[] = [];
    this.toStop.unshift(() => stopAgents(running));
    const starts = await Promise.allSettled(
      types.map(async (type) => running.push(await startAgent({ type, layout, client, say }))),
    );
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    return running;
  }

  private async firstRun({ client, agents, hasBroker, isFirstStart }: FirstRunPlan): Promise<Run | null> {
    const { progress } = this;
    const ids = agents.filter(({ type }) => canWork(type, hasBroker)).map(({ id }) => id);
    const waiting = untilOnline(client, ids, { isFirstStart, warn: (text) => progress.warn(text) });
    const untilRun = waiting.then((online) => (online.length === 0 ? null : performFirstRun(client, online, progress)));
    const { signal } = this.stopping;
    const stopped = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([untilRun, stopped]);
  }

  /** The broker checks its own port: a node of ours that still runs there is taken over. */
  private async checkPorts(): Promise<void> {
    const { host, ports } = this.options;
    if (!(await isPortFree(ports.api, host))) throw new PortTakenError('the console and API', ports.api);
    if (!(await isPortFree(ports.gateway, host))) throw new PortTakenError('the agent gateway', ports.gateway);
  }
}

const canWork = (type: AgentType, hasBroker: boolean): boolean => type === 'web' || hasBroker;

async function stopAgents(agents: readonly RunningAgent[]): Promise<void> {
  await Promise.all(
    agents.map(async ({ process, home }) => {
      await process.stop();
      await stopSteps(home);
    }),
  );
}
