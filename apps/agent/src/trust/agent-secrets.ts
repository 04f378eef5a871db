/**
 * The secrets of an agent's home: its identity key, its sealing keys, its API key. Each in a 0600 file of its own.
 *
 * Read through one object at use and never copied: the key of an agent rotates, and an operator may put another API key
 * in place, while the agent runs.
 */
import { readFileSync } from 'node:fs';
import { type Identity, type SealingKey, type Signer, createSigner } from '@longshore/pinning';
import { type AgentHome, writePrivateFile } from '@longshore/agent-runtime';
import { type Certify, readIdentity } from './identity-files';

export interface SecretFiles {
  readonly identity: Pick<Identity, 'certificatePem' | 'privateKeyPem'>;
  /** The current one first; older ones are kept while an attempt may still need them. */
  readonly sealingKeys: readonly SealingKey[];
  readonly apiKey: string;
}

export class AgentSecrets {
  readonly sealingKeys: readonly SealingKey[];
  private currentIdentity: Identity;
  private currentSigner: Signer;
  private currentApiKey: string;

  constructor(
    private readonly home: AgentHome,
    private readonly certify: Certify | null,
  ) {
    this.sealingKeys = JSON.parse(readFileSync(home.sealingKey, 'utf8')) as SealingKey[];
    this.currentIdentity = readIdentity(home, certify);
    this.currentSigner = createSigner(this.currentIdentity.privateKeyPem);
    this.currentApiKey = readApiKey(home);
  }

  get identity(): Identity {
    return this.currentIdentity;
  }

  /** One per key, because jose finds what it has prepared by the key object. */
  get signer(): Signer {
    return this.currentSigner;
  }

  get apiKey(): string {
    return this.currentApiKey;
  }

  /** Reads the files again. True: something is another than before. */
  refresh(): boolean {
    const identity = readIdentity(this.home, this.certify);
    const apiKey = readApiKey(this.home);
    const { privateKeyPem, certificatePem } = this.currentIdentity;
    const isSameKey = identity.privateKeyPem === privateKeyPem;
    if (isSameKey && identity.certificatePem === certificatePem && apiKey === this.currentApiKey) return false;
    this.currentIdentity = identity;
    if (!isSameKey) this.currentSigner = createSigner(identity.privateKeyPem);
    this.currentApiKey = apiKey;
    return true;
  }
}

export function writeAgentSecrets(home: AgentHome, secrets: SecretFiles): void {
  writePrivateFile(home.identityKey, secrets.identity.privateKeyPem);
  writePrivateFile(home.identityCertificate, secrets.identity.certificatePem);
  writePrivateFile(home.sealingKey, `${JSON.stringify(secrets.sealingKeys)}\n`);
  writeApiKey(home, secrets.apiKey);
}

export function writeApiKey(home: AgentHome, apiKey: string): void {
  writePrivateFile(home.apiKey, `${apiKey}\n`);
}

function readApiKey(home: AgentHome): string {
  return readFileSync(home.apiKey, 'utf8').trim();
}
