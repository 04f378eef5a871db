/** What a server would have answered to an enrolment, with keys that fit together. */
import { createApiKey, createIdentity, createSealingKey } from '@longshore/pinning';
import { agentIdSchema } from '@longshore/protocol';
import type { Enrolled } from '../enrolment/enrol';
import { AServerChain, aServerId } from './a-server-chain';

export async function anEnrolled(id = 'quay-7', chain?: AServerChain): Promise<Enrolled> {
  const { head, pin } = chain ?? (await AServerChain.create());
  return {
    answer: {
      agentId: agentIdSchema.parse(id),
      state: 'approved',
      warning: null,
      apiKey: createApiKey().text,
      serverId: aServerId,
      chainHead: head,
      gateways: ['https://127.0.0.1:7919'],
      jms: null,
    },
    identity: createIdentity({ kind: 'agent', id }),
    sealingKey: await createSealingKey(),
    server: pin,
  };
}
