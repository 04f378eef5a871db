/** The secrets of an agent's home: its identity key, its sealing keys, its API key. Each in a 0600 file of its own. */
import { readFileSync } from 'node:fs';
import { type SealingKey, type Signer, createSigner } from '@longshore/pinning';
import { type AgentHome, writePrivateFile } from '@longshore/agent-runtime';

export interface AgentSecrets {
  readonly identity: { readonly certificatePem: string; readonly privateKeyPem: string };
  /** The current one first; older ones are kept while an attempt may still need them. */
  readonly sealingKeys: readonly SealingKey[];
  readonly apiKey: string;
}

export function readAgentSecrets(home: AgentHome): AgentSecrets {
  const text = (path: string) => readFileSync(path, 'utf8');
  return {
    identity: { certificatePem: text(home.identityCertificate), privateKeyPem: text(home.identityKey) },
    sealingKeys: JSON.parse(text(home.sealingKey)) as SealingKey[],
    apiKey: text(home.apiKey).trim(),
  };
}

export function writeAgentSecrets(home: AgentHome, secrets: AgentSecrets): void {
  writePrivateFile(home.identityKey, secrets.identity.privateKeyPem);
  writePrivateFile(home.identityCertificate, secrets.identity.certificatePem);
  writePrivateFile(home.sealingKey, `${JSON.stringify(secrets.sealingKeys)}\n`);
  writePrivateFile(home.apiKey, `${secrets.apiKey}\n`);
}

export function signerOf({ identity }: AgentSecrets): Signer {
  return createSigner(identity.privateKeyPem);
}
