/** `npm start`: a complete Longshore on this machine, until Ctrl-C. */
import { LongshoreError } from '@longshore/protocol';
import { Installation, type StartedInstallation } from './installation';
import { type StandaloneOptions, parseOptions } from './options';
import { Progress } from './progress';

async function main(): Promise<void> {
  try {
    await startInstallation(parseOptions(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof LongshoreError ? `✗ ${error.message}` : error);
    process.exit(1);
  }
}

/** Ends with the start; the parts and the signals' listeners keep the process alive. */
async function startInstallation(options: StandaloneOptions): Promise<void> {
  const progress = new Progress(options.json);
  const installation = new Installation(options, progress);
  const stopped = stopOnSignal(installation, progress);
  try {
    const started = await Promise.race([installation.start(), stopped]);
    if (started !== undefined) announce(started, options, progress);
  } catch (error) {
    await installation.stop();
    throw error;
  }
}

/** A Ctrl-C in a terminal reaches us more than once: by itself, and passed on by npm and by the set-up above us. */
const sameKeyPressMs = 2_000;

/** The first signal stops everything in order; one that comes clearly later gives up waiting. */
function stopOnSignal(installation: Installation, progress: Progress): Promise<undefined> {
  return new Promise((resolve) => {
    let firstAtMs: number | null = null;
    const stop = (): void => {
      if (firstAtMs !== null) {
        if (performance.now() - firstAtMs > sameKeyPressMs) process.exit(130);
        return;
      }
      firstAtMs = performance.now();
      resolve(undefined);
      progress.say('stopping …');
      void installation.stop().then(() => {
        progress.say('everything is stopped');
        process.exit(0);
      });
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}

function announce(
  { server, secrets, freshlyMade, run }: StartedInstallation,
  options: StandaloneOptions,
  progress: Progress,
): void {
  const verdict = describeRun(run);
  if (options.json) {
    const shown = run === null ? null : { id: run.id, state: run.state };
    console.log(JSON.stringify({ event: 'started', console: server.apiUrl, run: shown }));
    return;
  }
  const password = freshlyMade
    ? secrets.adminPassword
    : `as shown at the first start (kept in ${options.dataFolder}/secrets.json)`;
  console.log(`
Longshore is running after ${progress.elapsed}; first run ${verdict}.

  Console      ${server.apiUrl}
  API          ${server.apiUrl}/api/docs
  Gateway      ${server.gatewayUrl}
  User         ${secrets.adminUser}
  Password     ${password}
  Server key   ${server.fingerprint}
  Data         ${options.dataFolder}

Ctrl-C stops everything; a second start goes on with the same data.`);
}

void main();

function describeRun(run: StartedInstallation['run']): string {
  if (run === null) return 'left out: no agent is online';
  const failures = run.items.filter(({ outcome }) => outcome !== 'succeeded').length;
  return run.state === 'succeeded'
    ? `${run.items.length} steps succeeded`
    : `${run.state}, ${failures} steps did not succeed`;
}
