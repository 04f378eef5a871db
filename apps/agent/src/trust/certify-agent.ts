/** Puts an agent's key into a certificate of its own; in a file of its own because a worker never needs to. */
import { renewCertificate } from '@longshore/pinning';
import type { Certify } from './identity-files';

export function certifyAgent(id: string): Certify {
  return (privateKeyPem) => renewCertificate({ kind: 'agent', id, privateKeyPem });
}
