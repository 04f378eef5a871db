/**
 * What `npm start` understands. `--port-base` and `--data` let several installations live side by side on one machine.
 */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { choosePorts, type Ports } from './ports';

export interface StandaloneOptions {
  readonly dataFolder: string;
  readonly host: string;
  readonly ports: Ports;
  readonly readyFile: string | null;
  readonly json: boolean;
}

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
  const dataFolder = resolve(given.data);
  return {
    dataFolder,
    host: given.host,
    ports: choosePorts(dataFolder, given.portBase),
    readyFile: given.readyFile === undefined ? null : resolve(given.readyFile),
    json: given.json,
  };
}

function parsePortBase(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_533) throw new InvalidArgumentError('must be 1024 to 65533.');
  return port;
}
