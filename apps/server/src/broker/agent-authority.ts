/**
 * The private authority whose certificates open the broker to agents in mutual mode. `npm start` makes it together with
 * its broker; where the broker is elsewhere the server makes it, and the certificate beside it (`authority.pem`) is what
 * that broker must be told to trust (docs/security.md, Keys).
 */
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { type CertificateAuthority, createCertificateAuthority, issueClientCertificate } from '@longshore/pinning';
import { parseWith } from '@longshore/protocol';
import { z } from 'zod';
import { ServerSettings } from '../config/server-settings';
import { makePrivateFolder, readIfThere, writePrivateFile } from '../trust/private-files';

const authoritySchema = z.object({ privateKeyPem: z.string().min(1), certificatePem: z.string().min(1) });

export interface CertificateSubject {
  /** The broker user that the certificate opens. */
  readonly user: string;
  /** PEM of the agent's pinned key. */
  readonly publicKeyPem: string;
}

@Injectable()
export class AgentAuthority {
  readonly #folder: string;
  #opened: Promise<CertificateAuthority> | null = null;

  constructor(settings: ServerSettings) {
    this.#folder = join(settings.dataFolder, 'agent-ca');
  }

  /** Made here where nobody has made it yet. */
  open(): Promise<CertificateAuthority> {
    this.#opened ??= this.#openOrMake().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  /** Answers the certificate as PEM. */
  async certify({ user, publicKeyPem }: CertificateSubject): Promise<string> {
    const ca = await this.open();
    return issueClientCertificate({ ca, publicKey: createPublicKey(publicKeyPem), commonName: user });
  }

  async #openOrMake(): Promise<CertificateAuthority> {
    const file = join(this.#folder, 'authority.json');
    await makePrivateFolder(this.#folder);
    const kept = await readIfThere(file);
    const authority =
      kept === null
        ? createCertificateAuthority()
        : parseWith(authoritySchema, JSON.parse(kept), 'agent-ca/authority.json');
    if (kept === null) await writePrivateFile(file, JSON.stringify(authority));
    await writePrivateFile(join(this.#folder, 'authority.pem'), authority.certificatePem);
    return authority;
  }
}
