/**
 * The keys of the private broker: the one it uses and the one it will use next, both in the statement that agents get.
 * So a rotation meets agents that know the key already; one that missed the announcement finds a key it does not know
 * and asks the server, over its pinned HTTPS (docs/protocol.md, JMS wire). The key that was used is announced no more.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificateAuthority, createIdentity, type Identity } from '@longshore/pinning';
import { writePrivately } from '../installation-secrets';
import type { Layout } from '../layout';

export interface BrokerKeys {
  readonly current: Identity;
  readonly next: Identity;
  readonly agentCaPem: string;
}

export function openBrokerKeys({ root, server }: Layout, rotate: boolean): BrokerKeys {
  const folder = join(root, 'broker-identity');
  const authorityFolder = join(server, 'agent-ca');
  for (const path of [folder, authorityFolder]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const [currentFile, nextFile] = [join(folder, 'identity.json'), join(folder, 'next.json')];
  const kept = openKept(currentFile, createBrokerIdentity);
  const announced = openNext(nextFile, kept);
  const current = rotate ? announced : kept;
  if (rotate) writePrivately(currentFile, JSON.stringify(announced));
  const authority = openKept(join(authorityFolder, 'authority.json'), createCertificateAuthority);
  return { current, next: openNext(nextFile, current), agentCaPem: authority.certificatePem };
}

/** A rotation that was cut off between its two files has left the current key as the next one: that one is made anew. */
function openNext(file: string, current: Identity): Identity {
  const kept = openKept(file, createBrokerIdentity);
  if (kept.fingerprint !== current.fingerprint) return kept;
  const made = createBrokerIdentity();
  writePrivately(file, JSON.stringify(made));
  return made;
}

function createBrokerIdentity(): Identity {
  return createIdentity({ kind: 'broker', id: 'broker-1', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] });
}

function openKept<T>(file: string, create: () => T): T {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  const made = create();
  writePrivately(file, JSON.stringify(made));
  return made;
}
