/** What a server would have answered to an enrolment, with keys that fit together. */
import { createChainHead, createIdentity, createSealingKey, createSigner } from '@longshore/pinning';
import { agentIdSchema, serverIdSchema } from '@longshore/protocol';
import type { Enrolled } from '../enrolment/enrol';

export const aServerId = serverIdSchema.parse('00000000-0000-4000-8000-000000000001');

export async function anEnrolled(id = 'quay-7'): Promise<Enrolled> {
  const [current, next] = [createIdentity({ kind: 'server', id: 's' }), createIdentity({ kind: 'server', id: 's' })];
  const signer = createSigner(current.privateKeyPem);
  const chainHead = await createChainHead({ serverId: aServerId, signer, nextCommitment: next.fingerprint });
  return {
    answer: {
      agentId: agentIdSchema.parse(id),
      state: 'approved',
      warning: null,
      apiKey: 'lsk_key',
      serverId: aServerId,
      chainHead,
      gateways: ['https://127.0.0.1:7919'],
      jms: null,
    },
    identity: createIdentity({ kind: 'agent', id }),
    sealingKey: await createSealingKey(),
    server: { current: current.fingerprint, next: next.fingerprint, chainHead },
  };
}
