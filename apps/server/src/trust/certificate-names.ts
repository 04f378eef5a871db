/** Which names stand in the server's certificate? For browsers only: agents look at the key and at no name. */
import { hostname } from 'node:os';
import { z } from 'zod';
import type { ServerSettings } from '../config/server-settings';
import type { CertificateNames } from './identity-folder';

export function certificateNames({ host, gatewayAddresses }: ServerSettings): CertificateNames {
  const names = new Set([
    'localhost',
    '127.0.0.1',
    hostname(),
    host,
    ...gatewayAddresses.map((address) => new URL(address).hostname),
  ]);
  const plain = [...names].map((name) => name.replace(/^\[|\]$/g, ''));
  const isAddress = (name: string): boolean => z.union([z.ipv4(), z.ipv6()]).safeParse(name).success;
  const isName = (name: string): boolean => /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/.test(name);
  return {
    ipAddresses: plain.filter((name) => isAddress(name) && name !== '0.0.0.0' && name !== '::'),
    dnsNames: plain.filter((name) => !isAddress(name) && isName(name)),
  };
}
