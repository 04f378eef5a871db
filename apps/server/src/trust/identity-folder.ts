/**
 * Where do the server's keys live? In `<dataFolder>/identity/`: the current key with its certificate, the next key
 * (unless it is kept offline), to which the chain already commits, and the chain itself. Made at the first start; 0600
 * in a 0700 folder (docs/security.md, Keys). All of it is one file, so a crash leaves what was or what is to be.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Identity, renewCertificate } from '@longshore/pinning';
import { LongshoreError, type ServerId } from '@longshore/protocol';
import { systemCodeOf } from '../config/system-code';
import { createKeyRecord, type KeyRecord, keyRecordSchema, readKeyChain } from './key-record';
import { makePrivateFolder, readIfThere, writePrivateFile } from './private-files';

/** What a running server needs of its keys. */
export interface ServerKeys {
  readonly serverId: ServerId;
  readonly current: Identity;
  /** Links of the rotation chain, oldest first. */
  readonly chain: readonly string[];
  /** Links whose key before was stolen. */
  readonly emergencyMoves: readonly number[];
}

export interface CertificateNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** Nobody takes longer than this between writing a file aside and renaming it. */
const leftoverAfterMs = 60_000;

export class IdentityUnusableError extends LongshoreError {
  constructor(path: string, problem: string, options: { readonly cause?: unknown } = {}) {
    super('IDENTITY_UNUSABLE', 'stop', `${path}: ${problem}`, options);
  }
}

/** Injected; the one of this server's data folder. */
export class IdentityFolder {
  readonly #path: string;

  constructor(dataFolder: string) {
    this.#path = join(dataFolder, 'identity');
  }

  get path(): string {
    return this.#path;
  }

  /** Null: this data folder has never been used by a server. */
  async readServerId(): Promise<ServerId | null> {
    return (await this.read())?.serverId ?? null;
  }

  /** `serverId` is used only where there are no keys yet. */
  async open(serverId: ServerId, names: CertificateNames): Promise<ServerKeys> {
    await this.#removeLeftovers();
    const record = (await this.read()) ?? (await this.#create(serverId));
    // The certificate is only the key's envelope: it is made anew at each start, with the names of the day, and lies
    // beside the key for those on this machine who want to pin it.
    const current = renewCertificate({
      kind: 'server',
      id: record.serverId,
      privateKeyPem: record.currentKeyPem,
      ...names,
    });
    await writePrivateFile(join(this.#path, 'current.pem'), current.certificatePem);
    const { chain, emergencyMoves } = record;
    return { serverId: record.serverId, current, chain, emergencyMoves };
  }

  /** Null: there are no keys yet. Keys and chain that do not fit each other are not answered. */
  async read(): Promise<KeyRecord | null> {
    const text = await readIfThere(this.#file);
    if (text === null) return null;
    try {
      const record = keyRecordSchema.parse(JSON.parse(text));
      await readKeyChain(record);
      return record;
    } catch (cause) {
      throw new IdentityUnusableError(this.#file, 'is not usable; restore it from a backup or an export', { cause });
    }
  }

  /** Of a server that runs, so there are some. */
  async require(): Promise<KeyRecord> {
    const record = await this.read();
    if (record === null) throw new IdentityUnusableError(this.#file, 'is gone; restore it from a backup or an export');
    return record;
  }

  /** Resolves when the disk has it. */
  async write(record: KeyRecord): Promise<void> {
    await makePrivateFolder(this.#path);
    await writePrivateFile(this.#file, JSON.stringify(record, null, 2));
  }

  /** Takes back keys that were made in vain, before anybody has seen them. */
  async discard(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  async #create(serverId: ServerId): Promise<KeyRecord> {
    const record = await createKeyRecord(serverId);
    await this.write(record);
    return record;
  }

  get #file(): string {
    return join(this.#path, 'server.json');
  }

  /** A process that was killed between writing and renaming leaves a file with keys in it. */
  async #removeLeftovers(): Promise<void> {
    for (const name of await readdir(this.#path).catch(() => [])) {
      if (!/^(server\.json|current\.pem)\.[0-9a-f]{12}$/.test(name)) continue;
      const path = join(this.#path, name);
      const written = await stat(path).catch(ignoreMissing);
      if (written !== null && Date.now() - written.mtimeMs > leftoverAfterMs) await rm(path, { force: true });
    }
  }
}

function ignoreMissing(error: unknown): null {
  if (systemCodeOf(error) === 'ENOENT') return null;
  throw error;
}
