/** Access to a broker as the server of a chain would give it. */
import { createIdentity, signBrokerStatement } from '@longshore/pinning';
import type { Fingerprint, JmsAccess } from '@longshore/protocol';
import { type AServerChain, aServerId, signerOfKey } from './a-server-chain';

export const aBrokerKey = (): Fingerprint => createIdentity({ kind: 'broker', id: 'b' }).fingerprint;
export const theBrokerKey = aBrokerKey();

export interface BrokerWish {
  readonly port?: number;
  readonly fingerprint?: Fingerprint;
  readonly clientCertificate?: string;
}

export async function aJmsAccess(chain: AServerChain, wish: BrokerWish = {}): Promise<JmsAccess> {
  const { port = 7918, fingerprint = theBrokerKey, clientCertificate = null } = wish;
  const brokers = [{ host: 'broker', port, fingerprints: [fingerprint] }];
  return {
    ...{ vhost: 'v', user: 'a.quay-7.k', queue: 'q', exchange: 'e', clientCertificate },
    brokers: await signBrokerStatement({ serverId: aServerId, brokers }, signerOfKey(chain.current)),
  };
}
