/**
 * Brings a server up and down. Up: claim the data folder, database and migrations, identity, application, wires, and
 * only then the ports. Down: say so to agents, end what streams, give requests five seconds, close, in the reverse
 * order (docs/operations.md, Start and stop).
 */
import type { Server } from 'node:net';
import type { FolderClaim } from '@longshore/embedded';
import { AccessStore, applyMigrations, Database, PresenceStore } from '@longshore/persistence';
import type { ServerLog } from './config/server-log';
import type { ServerSettings } from './config/server-settings';
import { ensureFirstAdmin, firstAdminName } from './access/first-admin';
import { type Application, createApplication } from './application';
import { lostAfterMs } from './agents/decide-connection';
import { claimDataFolder } from './data-folder-claim';
import { PortUnavailableError } from './server-errors';
import { openServerIdentity } from './trust/open-server-identity';

export interface RunningServer {
  readonly application: Application;
  readonly database: Database;
  stop(): Promise<void>;
}

const drainMs = 5_000;

export async function startServer(settings: ServerSettings, log: ServerLog): Promise<RunningServer> {
  const claim = settings.replica ? null : await claimDataFolder(settings.dataFolder);
  const cleanUp: (() => unknown)[] = [() => claim?.release()];
  try {
    const database = await Database.open({ url: settings.databaseUrl, log: (line) => log.warn({}, line) });
    cleanUp.unshift(() => database.close());
    const applied = await applyMigrations(database.pool);
    if (applied.length > 0) log.info({ migrations: applied }, 'the database was brought up to date');
    const server = await openServerIdentity(settings, database);
    await tellFirstPassword(database, settings, log);
    const application = await createApplication({ settings, log, database, server });
    cleanUp.unshift(
      () => application.stopAccepting(),
      () => application.close(),
    );
    await listen(application, settings);
    const { apiPort, gatewayAddresses } = settings;
    log.info({ apiPort, gateways: gatewayAddresses, fingerprint: server.identity.fingerprint }, 'the server is ready');
    return { application, database, stop: () => stop({ application, database, settings, claim, log }) };
  } catch (error) {
    await cleanUpAll(cleanUp, log);
    throw error;
  }
}

/** What goes wrong here must not hide why the server did not start. */
async function cleanUpAll(steps: readonly (() => unknown)[], log: ServerLog): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      log.debug({ error }, 'a step of cleaning up failed');
    }
  }
}

/** The one place where a secret is printed on purpose: once, at the first start, unless a file holds the password. */
async function tellFirstPassword(database: Database, settings: ServerSettings, log: ServerLog): Promise<void> {
  const initialPassword = await ensureFirstAdmin(new AccessStore(database), settings.adminPasswordFile);
  if (initialPassword !== null)
    log.info({ user: firstAdminName, initialPassword }, 'sign in with this password; it is not shown again');
}

async function listen(
  { fastify, agentServer }: Application,
  { host, apiPort, gatewayPort }: ServerSettings,
): Promise<void> {
  await fastify.ready();
  await listenOn(agentServer, { host, port: gatewayPort, setting: 'LONGSHORE_GATEWAY_PORT' });
  await listenOn(fastify.server, { host, port: apiPort, setting: 'LONGSHORE_API_PORT' });
}

function listenOn(
  server: Server,
  at: { readonly host: string; readonly port: number; readonly setting: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new PortUnavailableError({ ...at, address: `${at.host}:${at.port}` }, { cause }));
    server.once('error', fail);
    server.listen(at.port, at.host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

interface Stopping {
  readonly application: Application;
  readonly database: Database;
  readonly settings: ServerSettings;
  readonly claim: FolderClaim | null;
  readonly log: ServerLog;
}

async function stop({ application, database, settings, claim, log }: Stopping): Promise<void> {
  application.shutdown.begin();
  const ended = application.stopAccepting();
  const late = setTimeout(() => application.cutOff(), drainMs);
  try {
    await application.farewell(await presentAgents(database, settings));
    await application.close();
    await ended;
  } catch (error) {
    log.error({ error }, 'the server did not stop cleanly');
  } finally {
    clearTimeout(late);
    await database.close();
    claim?.release();
  }
}

/** With the database gone nobody is told; agents notice by themselves. */
async function presentAgents(
  database: Database,
  { heartbeatMs }: ServerSettings,
): ReturnType<PresenceStore['listPresent']> {
  return new PresenceStore(database).listPresent(lostAfterMs(heartbeatMs)).catch(() => []);
}
