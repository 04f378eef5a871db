/**
 * The small detached process that is the parent of steps, so that steps outlive worker and monitor and their exit is
 * known exactly (docs/protocol.md, Monitor, worker, step host). Any number of workers may come, one after another or
 * several threads at once; a lost connection harms nothing.
 *
 * It ends by itself when no step runs and no worker is connected for `idleExitMs`, or at once when another living
 * host has the seat. Its own death costs the exit codes of what runs: those attempts become `unknown`, never started
 * again. Kept free of every dependency, because it is there for as long as the longest step.
 */
import { chmod, mkdir } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { openProcessTable } from '../process-table/open-process-table';
import { chooseSocketPath, leaveSeat, takeSeat } from './host-seat';
import { serveConnection } from './serve-connection';
import { sayLine } from './line-stream';
import { StepHost } from './step-host';

export interface StepHostConfig {
  readonly runFolder: string;
  readonly attemptsFolder: string;
  readonly nonce: string;
  readonly idleExitMs: number;
}

/** Resolves when the host has nothing left to do; the process may then exit. */
export async function runStepHost(config: StepHostConfig): Promise<void> {
  await mkdir(config.runFolder, { recursive: true, mode: 0o700 });
  const table = openProcessTable();
  const workers = new Set<Socket>();
  const host = new StepHost(config.attemptsFolder, table, (notice) => workers.forEach((one) => sayLine(one, notice)));
  retireOnSignals(host);
  const server = createServer((socket) => serveConnection(socket, { nonce: config.nonce, host, workers }));
  const socketPath = await listen(server, config.runFolder);
  const seat = await takeSeat(config.runFolder, socketPath, table);
  if (seat !== undefined) {
    await untilIdle(host, workers, config.idleExitMs);
    await leaveSeat(config.runFolder, seat);
  }
  server.close();
  for (const worker of workers) worker.destroy();
}

async function listen(server: Server, runFolder: string): Promise<string> {
  const path = await chooseSocketPath(runFolder);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  if (process.platform !== 'win32') await chmod(path, 0o600);
  return path;
}

/** Ctrl-C, a closed terminal and a service manager's stop are meant for the agent: running steps go on. */
function retireOnSignals(host: StepHost): void {
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => (host.retiring = true));
}

function untilIdle(host: StepHost, workers: ReadonlySet<Socket>, idleExitMs: number): Promise<void> {
  return new Promise((resolve) => {
    let idleSinceMs = performance.now();
    const look = setInterval(
      () => {
        if (!host.isIdle || workers.size > 0) idleSinceMs = performance.now();
        const isDone = host.isIdle && (host.retiring || performance.now() - idleSinceMs >= idleExitMs);
        if (!isDone) return;
        clearInterval(look);
        resolve();
      },
      Math.max(20, Math.min(500, idleExitMs / 4)),
    );
  });
}
