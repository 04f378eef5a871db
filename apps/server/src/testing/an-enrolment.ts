/** What an agent sends to enrol, with a key of its own. */
import {
  announceSealingKey,
  createIdentity,
  createSealingKey,
  createSigner,
  type Identity,
  parseInstallToken,
} from '@longshore/pinning';
import { agentIdSchema, type AgentType, type EnrolRequest } from '@longshore/protocol';

export const anAgentKey = (): Identity => createIdentity({ kind: 'agent', id: 'new' });

export interface EnrolmentWish {
  readonly name?: string;
  readonly type?: AgentType;
  /** The text that an operator was given; absent: trust on first use. */
  readonly token?: string;
}

export async function anEnrolment(
  key: Identity,
  { name = 'build-1', type = 'web', token }: EnrolmentWish = {},
): Promise<EnrolRequest> {
  const parsed = token === undefined ? null : parseInstallToken(token);
  return {
    type,
    name: agentIdSchema.parse(name),
    token: parsed === null ? null : { id: parsed.tokenId, secret: parsed.secret },
    sealingKey: await announceSealingKey(await createSealingKey(), createSigner(key.privateKeyPem)),
    facts: {
      hostname: 'host',
      platform: 'linux',
      architecture: 'x64',
      cpus: 2,
      agentVersion: '0.1.0',
      nodeVersion: '24.0.0',
    },
  };
}
