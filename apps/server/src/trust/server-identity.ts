/**
 * Who is this server, to agents and to itself? Its id and incarnation come from the database, its keys from the data
 * folder, and the two must belong together (docs/protocol.md, Identity and pins).
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Queryable, ServerRecordStore } from '@longshore/persistence';
import { createSigner, type Identity, signBrokerStatement, type Signer } from '@longshore/pinning';
import { type Incarnation, LongshoreError, type ServerId, serverIdSchema } from '@longshore/protocol';
import { z } from 'zod';
import type { ServerSettings } from '../config/server-settings';
import { type CertificateNames, IdentityFolder, type ServerKeys } from './identity-folder';

/** The name under which it is injected. */
export abstract class ServerIdentity {
  abstract readonly serverId: ServerId;
  abstract readonly incarnation: Incarnation;
  abstract readonly identity: Identity;
  abstract readonly signer: Signer;
  /** Rotation chain, oldest first; the last link is what an agent gets at its enrolment. */
  abstract readonly chain: readonly string[];
  /** JWS over the brokers' addresses and keys; null without a broker. */
  abstract readonly brokerStatement: string | null;
}

/** With other keys every agent would refuse this server, so it does not start with them. */
export class IdentityForeignError extends LongshoreError {
  constructor(folder: string, serverId: ServerId) {
    super(
      'IDENTITY_FOREIGN',
      'stop',
      `the database is that of server ${serverId}, whose keys are not in ${folder}: use its data folder, or restore it`,
    );
  }
}

export async function openServerIdentity(settings: ServerSettings, database: Queryable): Promise<ServerIdentity> {
  const folder = new IdentityFolder(settings.dataFolder);
  const known = await folder.readServerId();
  // Keys first: a start that is killed in between finds them again, and the database takes their id.
  const keys = await folder.open(known ?? serverIdSchema.parse(randomUUID()), certificateNames(settings));
  const { serverId, incarnation } = await new ServerRecordStore(database).open(keys.serverId);
  if (serverId !== keys.serverId) {
    if (known === null) await folder.discard();
    throw new IdentityForeignError(folder.path, serverId);
  }
  const signer = createSigner(keys.current.privateKeyPem);
  return {
    serverId,
    incarnation,
    identity: keys.current,
    signer,
    chain: keys.chain,
    brokerStatement: await stateBrokers(settings, keys, signer),
  };
}

async function stateBrokers(
  settings: ServerSettings,
  { serverId }: ServerKeys,
  signer: Signer,
): Promise<string | null> {
  const { brokerUrl, brokerAddresses, brokerFingerprints } = settings;
  if (brokerUrl === null) return null;
  const brokers = brokerAddresses.map((address) => {
    const [host = '', port] = address.split(':');
    return { host, port: Number(port), fingerprints: brokerFingerprints };
  });
  return signBrokerStatement({ serverId, brokers }, signer);
}

/** For browsers only: agents look at the key and at no name. */
function certificateNames({ host, gatewayAddresses }: ServerSettings): CertificateNames {
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
