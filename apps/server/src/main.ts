/**
 * `node main.js`: one server process, until it is told to stop (docs/operations.md, Start and stop).
 * `node main.js import-keys`: keys into the data folder of a server that is down (docs/security.md, Keys).
 */
import 'reflect-metadata';
import { LongshoreError } from '@longshore/protocol';
import { createServerLog } from './config/server-log';
import { readServerSettings, SettingsInvalidError, settingsInvalidExitCode } from './config/server-settings';
import { importKeysCommand } from './keys/import-keys-command';
import { startServer } from './start-server';

async function main(): Promise<void> {
  const settings = readServerSettings(process.env);
  const log = createServerLog(settings.logLevel);
  process.on('uncaughtException', (error) => {
    log.fatal({ error }, 'the server met an error that nobody expected');
    process.exit(1);
  });
  try {
    const server = await startServer(settings, log);
    stopOnSignal(() => server.stop().then(() => log.info({}, 'the server has stopped')));
  } catch (error) {
    const expected = error instanceof LongshoreError;
    log.fatal(expected ? { code: error.code } : { error }, expected ? error.message : 'the server cannot start');
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 1_000).unref();
  }
}

/** The second signal does not wait. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

const [command, ...options] = process.argv.slice(2);
const run = command === 'import-keys' ? importKeysCommand(options) : main();
run.catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof SettingsInvalidError ? settingsInvalidExitCode : 1);
});
