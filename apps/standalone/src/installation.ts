/**
 * One complete installation on this machine: what is started, in which order, and how it is stopped.
 *
 *   PostgreSQL → RabbitMQ → server → operator's token → agents → first run → ready file
 *
 * Stopping goes the other way round, so that agents can say goodbye and the server can drain.
 */
import { join } from 'node:path';
import { claimFolder, isPortFree } from '@longshore/embedded';
import type { Run } from '@longshore/rest-contract';
import { performFirstRun } from './first-run';
import { type InstallationSecrets, openSecrets } from './installation-secrets';
import { openLayout } from './layout';
import { openOperator } from './operator';
import type { StandaloneOptions } from './options';
import { type RunningAgent, startAgent, untilOnline } from './parts/agents';
import { startBroker } from './parts/broker';
import { startDatabase } from './parts/database';
import { type RunningServer, startServer } from './parts/server';
import { stopSteps } from './parts/stop-steps';
import type { Progress } from './progress';
import { writeReadyFile } from './ready-file';
import { PortTakenError } from './standalone-errors';

export interface StartedInstallation {
  readonly server: RunningServer;
  readonly secrets: InstallationSecrets;
  readonly freshlyMade: boolean;
  readonly run: Run;
}

export class Installation {
  /** What has been started, last first. */
  private readonly toStop: (() => Promise<void>)[] = [];

  constructor(
    private readonly options: StandaloneOptions,
    private readonly progress: Progress,
  ) {}

  async start(): Promise<StartedInstallation> {
    const { options, progress } = this;
    const say = (text: string): void => progress.say(text);
    const claim = await claimFolder(options.dataFolder);
    this.toStop.unshift(async () => claim.release());
    await this.checkPorts();
    const layout = openLayout(options.dataFolder);
    const { secrets, fresh } = openSecrets(options.dataFolder);

    const database = await progress.during('PostgreSQL', () => startDatabase(layout.postgres, say));
    this.toStop.unshift(database.stop);
    const brokerPlan = { layout, host: options.host, port: options.ports.amqps, secrets, say };
    const broker = await progress.during('RabbitMQ', () => startBroker(brokerPlan, (text) => progress.warn(text)));
    if (broker !== null) this.toStop.unshift(broker.stop);
    const serverPlan = { options, layout, databaseUrl: database.url, broker, secrets, say };
    const server = await progress.during('server', () => startServer(serverPlan));
    this.toStop.unshift(() => server.process.stop());

    const operator = await openOperator({ ...server, dataFolder: options.dataFolder, secrets });
    this.toStop.unshift(operator.close);
    const types = broker === null ? (['web'] as const) : (['web', 'jms'] as const);
    const { agents, run } = await progress.during('agents and first run', async () => {
      const running = await Promise.all(
        types.map((type) => startAgent({ type, layout, client: operator.client, say })),
      );
      this.toStop.unshift(() => stopAgents(running));
      const online = await untilOnline(
        operator.client,
        running.map(({ name }) => name),
      );
      return {
        agents: online,
        run: await performFirstRun(
          operator.client,
          online.map(({ id }) => id),
          progress,
        ),
      };
    });
    if (options.readyFile !== null) {
      writeReadyFile(options.readyFile, {
        api: server.apiUrl,
        console: server.apiUrl,
        gateway: server.gatewayUrl,
        fingerprint: server.fingerprint,
        admin: { user: secrets.adminUser, password: secrets.adminPassword },
        token: operator.token,
        agents: agents.map(({ id, name, type }) => ({ id, name, type, home: join(layout.agents, name) })),
        run: { id: run.id, state: run.state },
      });
    }
    return { server, secrets, freshlyMade: fresh, run };
  }

  /** Stops whatever was started, also after a start that failed half way. */
  async stop(): Promise<void> {
    for (const stopPart of this.toStop.splice(0)) {
      await stopPart().catch((error: unknown) => this.progress.warn(`while stopping: ${(error as Error).message}`));
    }
  }

  /** The broker checks its own port: a node of ours that still runs there is taken over. */
  private async checkPorts(): Promise<void> {
    const { host, ports } = this.options;
    if (!(await isPortFree(ports.api, host))) throw new PortTakenError('the console and API', ports.api);
    if (!(await isPortFree(ports.gateway, host))) throw new PortTakenError('the agent gateway', ports.gateway);
  }
}

async function stopAgents(agents: readonly RunningAgent[]): Promise<void> {
  await Promise.all(
    agents.map(async ({ process, home }) => {
      await process.stop();
      await stopSteps(home);
    }),
  );
}
