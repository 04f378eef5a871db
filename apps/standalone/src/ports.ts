/**
 * On which ports does this installation stand? Its agents keep the addresses that they enrolled with, so a data folder
 * stays with the ports of its first start; a later start needs not name them again.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWith } from '@longshore/protocol';
import { z } from 'zod';
import { writePrivately } from './installation-secrets';
import { PortsChangedError } from './standalone-errors';

const portSchema = z.int().min(1).max(65_535);
const portsSchema = z.object({ api: portSchema, gateway: portSchema, amqps: portSchema });

/** The ports that others see; PostgreSQL and the broker's inner ports are chosen free at each start. */
export type Ports = z.infer<typeof portsSchema>;

const standardPorts: Ports = { api: 8443, gateway: 7919, amqps: 7918 };

export function choosePorts(dataFolder: string, portBase: number | undefined): Ports {
  const wanted = portBase === undefined ? null : { api: portBase, gateway: portBase + 1, amqps: portBase + 2 };
  const file = fileIn(dataFolder);
  if (!existsSync(file)) return wanted ?? standardPorts;
  const kept = parseWith(portsSchema, JSON.parse(readFileSync(file, 'utf8')), file);
  if (wanted !== null && wanted.api !== kept.api) throw new PortsChangedError(dataFolder, kept);
  return kept;
}

export function rememberPorts(dataFolder: string, ports: Ports): void {
  writePrivately(fileIn(dataFolder), JSON.stringify(ports));
}

function fileIn(dataFolder: string): string {
  return join(dataFolder, 'ports.json');
}
