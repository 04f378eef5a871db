/**
 * The two processes of a private broker: the Erlang node, and the port mapper (epmd) that it registers with.
 *
 * The port mapper is started by us and not by the node, which would leave it running for ever: this way its pid is
 * known and it goes when the node goes.
 */
import { spawn } from 'node:child_process';
import { closeSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BrokerStartError } from '../embedded-errors';
import { lastLines, openLog, readLog } from '../log-file';
import { endsWithin, identifyProcess, type ProcessIdentity, signal } from '../process-identity';
import { type InternalPorts, nodeEnvironment } from './broker-configuration';
import type { BrokerInstallation } from './broker-installation';

export interface BrokerNode {
  readonly node: ProcessIdentity;
  /** How long each log was before this start: what follows is about this node. */
  readonly logStarts: Readonly<Record<string, number>>;
  readonly portMapper: ProcessIdentity;
}

const logNames = ['startup.log', 'rabbit.log'];
const longestLine = 400;

const portMapperTimeoutMs = 5_000;
/** Six seconds are normal: RabbitMQ 3.10 waits five for its own statistics when all else is already closed. */
const nodeStopTimeoutMs = 30_000;
const killedTimeoutMs = 5_000;

/** A descriptor for each connection and queue file; the limit inherited from a login is often 1024. */
const raiseLimits = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"';

export async function startNode(
  folder: string,
  installation: BrokerInstallation,
  ports: InternalPorts,
): Promise<BrokerNode> {
  const logStarts = Object.fromEntries(logNames.map((name) => [name, sizeOf(join(folder, 'log', name))]));
  const environment = { ...nodeEnvironment(folder, ports), ...installation.environment };
  const portMapper = launch(folder, environment, [
    installation.epmd,
    '-port',
    String(ports.epmd),
    '-address',
    '127.0.0.1',
  ]);
  await untilListening(ports.epmd);
  return { portMapper, logStarts, node: launch(folder, environment, [installation.server]) };
}

function launch(folder: string, environment: Record<string, string>, command: readonly string[]): ProcessIdentity {
  const log = openLog(join(folder, 'log', 'startup.log'));
  try {
    const child = spawn('/bin/sh', ['-c', raiseLimits, ...command], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', log.descriptor, log.descriptor],
      detached: true,
    });
    child.on('error', () => undefined);
    child.unref();
    const identity = identifyProcess(child.pid ?? -1);
    if (!identity)
      throw new BrokerStartError(
        `${command[0]} ended at once`,
        readLog(join(folder, 'log', 'startup.log'), log.offset),
      );
    return identity;
  } finally {
    closeSync(log.descriptor);
  }
}

async function untilListening(port: number): Promise<void> {
  const deadline = performance.now() + portMapperTimeoutMs;
  while (!(await accepts(port)) && performance.now() < deadline) await pause(20);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => settle(true)).on('error', () => settle(false));
    socket.on('connect', () => socket.destroy());
  });
}

export async function stopNode({ node, portMapper }: BrokerNode): Promise<void> {
  await stopProcess(node, nodeStopTimeoutMs);
  await stopProcess(portMapper, killedTimeoutMs);
}

/** For a node that never became ready: it has nothing to close that a crash would not have left open as well. */
export async function killNode({ node, portMapper }: BrokerNode): Promise<void> {
  for (const identity of [node, portMapper]) {
    signal(identity, 'SIGKILL');
    await endsWithin(identity, killedTimeoutMs);
  }
}

async function stopProcess(identity: ProcessIdentity, timeoutMs: number): Promise<void> {
  signal(identity, 'SIGTERM');
  if (await endsWithin(identity, timeoutMs)) return;
  signal(identity, 'SIGKILL');
  await endsWithin(identity, killedTimeoutMs);
}

/** The last words of a node that did not come up: Erlang wraps the one that matters in a page of process state. */
export function lastWords(folder: string, { logStarts }: BrokerNode): string {
  const written = logNames.map((name) => readLog(join(folder, 'log', name), logStarts[name])).join('\n');
  const telling = written
    .split('\n')
    .filter((line) => /error|fail|denied|cannot|enospc|no space|in use|exited/i.test(line));
  return lastLines(telling.map((line) => line.slice(0, longestLine)).join('\n'), 12);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
