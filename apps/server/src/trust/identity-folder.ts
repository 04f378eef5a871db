/**
 * Where do the server's keys live? In `<dataFolder>/identity/`: the current key with its certificate, the next key,
 * to which the chain already commits, and the chain itself. Made at the first start; 0600 in a 0700 folder
 * (docs/security.md, Keys).
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createChainHead, createIdentity, createSigner, type Identity, renewCertificate } from '@longshore/pinning';
import { LongshoreError, type ServerId, serverIdSchema } from '@longshore/protocol';
import { z } from 'zod';
import { makePrivateFolder, readIfThere, writePrivateFile } from './private-files';

export interface ServerKeys {
  readonly serverId: ServerId;
  readonly current: Identity;
  /** Links of the rotation chain, oldest first. */
  readonly chain: readonly string[];
}

export interface CertificateNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

const contentSchema = z.object({
  serverId: serverIdSchema,
  currentKeyPem: z.string(),
  nextKeyPem: z.string(),
  chain: z.array(z.string()).min(1),
});
type Content = z.infer<typeof contentSchema>;

export class IdentityUnusableError extends LongshoreError {
  constructor(path: string, problem: string, options: { readonly cause?: unknown } = {}) {
    super('IDENTITY_UNUSABLE', 'stop', `${path}: ${problem}`, options);
  }
}

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
    return (await this.#read())?.serverId ?? null;
  }

  /** `serverId` is used only where there are no keys yet. */
  async open(serverId: ServerId, names: CertificateNames): Promise<ServerKeys> {
    const content = (await this.#read()) ?? (await this.#create(serverId));
    // The certificate is only the key's envelope: it is made anew at each start, with the names of the day, and lies
    // beside the key for those on this machine who want to pin it.
    const current = renewCertificate({
      kind: 'server',
      id: content.serverId,
      privateKeyPem: content.currentKeyPem,
      ...names,
    });
    await writePrivateFile(join(this.#path, 'current.pem'), current.certificatePem);
    return { serverId: content.serverId, current, chain: content.chain };
  }

  /** Takes back keys that were made in vain, before anybody has seen them. */
  async discard(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  async #create(serverId: ServerId): Promise<Content> {
    const [current, next] = [
      createIdentity({ kind: 'server', id: serverId }),
      createIdentity({ kind: 'server', id: serverId }),
    ];
    const signer = createSigner(current.privateKeyPem);
    const head = await createChainHead({ serverId, signer, nextCommitment: next.fingerprint });
    const content = { serverId, currentKeyPem: current.privateKeyPem, nextKeyPem: next.privateKeyPem, chain: [head] };
    await makePrivateFolder(this.#path);
    await writePrivateFile(this.#file, JSON.stringify(content, null, 2));
    return content;
  }

  get #file(): string {
    return join(this.#path, 'server.json');
  }

  async #read(): Promise<Content | null> {
    const text = await readIfThere(this.#file);
    if (text === null) return null;
    try {
      return contentSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new IdentityUnusableError(this.#file, 'is not readable; restore it from a backup', { cause });
    }
  }
}
