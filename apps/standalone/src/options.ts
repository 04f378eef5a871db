/**
 * What `npm start` understands. `--port-base` and `--data` let several installations live side by side on one machine.
 */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { MinTlsVersion } from '@longshore/tls';
import { choosePorts, type Ports } from './ports';

export interface StandaloneOptions {
  readonly dataFolder: string;
  readonly host: string;
  readonly ports: Ports;
  readonly readyFile: string | null;
  readonly json: boolean;
  /** For the server's two ports and for the broker. */
  readonly minTlsVersion: MinTlsVersion;
  readonly rotateBrokerKey: boolean;
}

interface GivenOptions {
  readonly data: string;
  readonly portBase?: number;
  readonly host: string;
  readonly readyFile?: string;
  readonly tlsMin: keyof typeof tlsVersions;
  readonly rotateBrokerKey: boolean;
  readonly json: boolean;
}

const tlsVersions = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const satisfies Record<string, MinTlsVersion>;

export function parseOptions(argv: readonly string[]): StandaloneOptions {
  const program = new Command('npm start --')
    .description('Starts a complete Longshore on this machine: database, broker, server, one web and one JMS agent.')
    .option('--data <folder>', 'where everything is kept', '.longshore')
    .option('--port-base <port>', 'use N (console and API), N+1 (agent gateway) and N+2 (AMQPS)', parsePortBase)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--ready-file <path>', 'write one JSON file (0600) when all is ready and the first run has ended')
    .addOption(
      new Option('--tls-min <version>', 'oldest TLS to speak').choices(Object.keys(tlsVersions)).default('1.3'),
    )
    .option('--rotate-broker-key', 'let the broker go over to its next key, which agents know already', false)
    .option('--json', 'print progress as JSON lines', false)
    .parse(argv, { from: 'user' });
  const given = program.opts<GivenOptions>();
  const dataFolder = resolve(given.data);
  return {
    dataFolder,
    host: given.host,
    ports: choosePorts(dataFolder, given.portBase),
    readyFile: given.readyFile === undefined ? null : resolve(given.readyFile),
    json: given.json,
    minTlsVersion: tlsVersions[given.tlsMin],
    rotateBrokerKey: given.rotateBrokerKey,
  };
}

function parsePortBase(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_533) throw new InvalidArgumentError('must be 1024 to 65533.');
  return port;
}
