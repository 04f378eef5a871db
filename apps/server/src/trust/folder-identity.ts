/**
 * The server's identity as the identity folder holds it. Another key is taken over at once and as a whole: TLS
 * identity, signer, chain and the word about the brokers always belong to the same key.
 */
import type { KeyObject } from 'node:crypto';
import type { ServerRecord } from '@longshore/persistence';
import { createSigner, type Identity, signBrokerStatement, type Signer } from '@longshore/pinning';
import type { Fingerprint, Incarnation, ServerId } from '@longshore/protocol';
import type { ServerSettings } from '../config/server-settings';
import { certificateNames } from './certificate-names';
import type { IdentityFolder, ServerKeys } from './identity-folder';
import { type KeyMoved, ServerIdentity } from './server-identity';

export interface IdentitySource {
  readonly settings: ServerSettings;
  readonly folder: IdentityFolder;
  readonly record: ServerRecord;
}

interface Held {
  readonly keys: ServerKeys;
  readonly signer: Signer;
  readonly brokerStatement: string | null;
}

export class FolderIdentity extends ServerIdentity {
  override readonly signer: Signer = new CurrentSigner(() => this.#held.signer);
  readonly #listeners: ((moved: KeyMoved) => void)[] = [];
  #held: Held;
  #reloading: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly source: IdentitySource,
    first: Held,
  ) {
    super();
    this.#held = first;
  }

  static async open(source: IdentitySource, keys: ServerKeys): Promise<FolderIdentity> {
    return new FolderIdentity(source, await hold(source.settings, keys));
  }

  override get serverId(): ServerId {
    return this.source.record.serverId;
  }

  override get incarnation(): Incarnation {
    return this.source.record.incarnation;
  }

  override get identity(): Identity {
    return this.#held.keys.current;
  }

  override get chain(): readonly string[] {
    return this.#held.keys.chain;
  }

  override get brokerStatement(): string | null {
    return this.#held.brokerStatement;
  }

  override onMoved(listener: (moved: KeyMoved) => void): void {
    this.#listeners.push(listener);
  }

  override reload(): Promise<KeyMoved | null> {
    const reloading = this.#reloading.then(() => this.#reload());
    this.#reloading = reloading.catch(() => undefined);
    return reloading;
  }

  async #reload(): Promise<KeyMoved | null> {
    const { folder, settings } = this.source;
    const found = await folder.read();
    // A folder of another server is no move of this one's key.
    const before = this.chain.length;
    if (found?.serverId !== this.serverId || found.chain.length <= before) return null;
    const keys = await folder.open(this.serverId, certificateNames(settings));
    this.#held = await hold(settings, keys);
    const moved = { emergency: keys.emergencyMoves.some((index) => index >= before) };
    for (const listener of this.#listeners) listener(moved);
    return moved;
  }
}

/** Its three fields are read in one go for each signature, so they are always of one key. */
class CurrentSigner implements Signer {
  constructor(private readonly current: () => Signer) {}

  get privateKey(): KeyObject {
    return this.current().privateKey;
  }

  get publicKey(): KeyObject {
    return this.current().publicKey;
  }

  get fingerprint(): Fingerprint {
    return this.current().fingerprint;
  }
}

async function hold(settings: ServerSettings, keys: ServerKeys): Promise<Held> {
  const signer = createSigner(keys.current.privateKeyPem);
  return { keys, signer, brokerStatement: await stateBrokers(settings, keys.serverId, signer) };
}

async function stateBrokers(settings: ServerSettings, serverId: ServerId, signer: Signer): Promise<string | null> {
  const { brokerUrl, brokerAddresses, brokerFingerprints } = settings;
  if (brokerUrl === null) return null;
  const brokers = brokerAddresses.map((address) => {
    const [host = '', port] = address.split(':');
    return { host, port: Number(port), fingerprints: brokerFingerprints };
  });
  return signBrokerStatement({ serverId, brokers }, signer);
}
