/**
 * What `npm start` understands. `--port-base` and `--data` let several installations live side by side on one machine.
 */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

export interface StandaloneOptions {
  readonly dataFolder: string;
  readonly host: string;
  readonly ports: Ports;
  readonly readyFile: string | null;
  readonly json: boolean;
}

/** The ports that others see; PostgreSQL and the broker's inner ports are chosen free at each start. */
export interface Ports {
  readonly api: number;
  readonly gateway: number;
  readonly amqps: number;
}

const standardPorts: Ports = { api: 8443, gateway: 7919, amqps: 7918 };

export function parseOptions(argv: readonly string[]): StandaloneOptions {
  const program = new Command('npm start --')
    .description('Starts a complete Longshore on this machine: database, broker, server, one web and one JMS agent.')
    .option('--data <folder>', 'where everything is kept', '.longshore')
    .option('--port-base <port>', 'use N (console and API), N+1 (agent gateway) and N+2 (AMQPS)', parsePortBase)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--ready-file <path>', 'write one JSON file (0600) when all is ready and the first run has ended')
    .option('--json', 'print progress as JSON lines', false)
    .parse(argv, { from: 'user' });
  const given = program.opts<{ data: string; portBase?: number; host: string; readyFile?: string; json: boolean }>();
  return {
    dataFolder: resolve(given.data),
    host: given.host,
    ports: given.portBase === undefined ? standardPorts : portsFrom(given.portBase),
    readyFile: given.readyFile === undefined ? null : resolve(given.readyFile),
    json: given.json,
  };
}

function portsFrom(base: number): Ports {
  return { api: base, gateway: base + 1, amqps: base + 2 };
}

function parsePortBase(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_533) throw new InvalidArgumentError('must be 1024 to 65533.');
  return port;
}
