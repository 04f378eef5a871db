/** What is stored of the keys that an agent shows or is given. */
import type { KeyToPin, NewApiKey } from '@longshore/persistence';
import {
  brokerPasswordHash,
  brokerPasswordOf,
  type NewBearerSecret,
  publicKeyOfCertificate,
  publicKeyToPem,
} from '@longshore/pinning';
import type { AgentType, Fingerprint } from '@longshore/protocol';

/** The broker keeps a hash of its own kind, of the password that an agent shows there: made of the key's secret. */
export function apiKeyColumns({ id, secret, secretHash }: NewBearerSecret, type: AgentType): NewApiKey {
  return {
    apiKeyId: id,
    apiKeyHash: secretHash,
    brokerPasswordHash: type === 'jms' ? brokerPasswordHash(brokerPasswordOf(secret)) : null,
  };
}

export function keyToPin(
  { fingerprint, certificatePem }: { readonly fingerprint: Fingerprint; readonly certificatePem: string },
  sealingKey: string,
): KeyToPin {
  const publicKeyPem = publicKeyToPem(publicKeyOfCertificate(certificatePem));
  return { fingerprint, publicKeyPem, certificatePem, sealingKey };
}
