/**
 * The first contact: keys are made on this host, the server's key is checked before the first byte, then the agent
 * introduces itself and gets its id, or shows its API key and is the agent again that it was (docs/protocol.md,
 * Enrolment).
 */
import type { EnrolAnswer } from '@longshore/protocol';
import {
  type Identity,
  type SealingKey,
  announceSealingKey,
  createIdentity,
  createSealingKey,
  createSigner,
} from '@longshore/pinning';
import { GatewayChoice, GatewayClient } from '@longshore/web-wire';
import { agentIdSchema, parseWith } from '@longshore/protocol';
import { agentFacts } from '../agent-facts';
import { FirstContact, type ServerPin } from './first-contact';
import type { InstallOrder } from './install-order';

export interface Enrolled {
  readonly answer: EnrolAnswer;
  readonly identity: Identity;
  readonly sealingKey: SealingKey;
  readonly server: ServerPin;
}

export async function enrol(order: InstallOrder): Promise<Enrolled> {
  const { name, gateways, proof, serverFingerprint: fingerprint, minTlsVersion } = order;
  const identity = createIdentity({ kind: 'agent', id: name });
  const sealingKey = await createSealingKey();
  const contact = new FirstContact(fingerprint === null ? null : { fingerprint, next: null });
  const client = new GatewayClient({
    gateways: new GatewayChoice(gateways.slice(0, 1)),
    connection: { isPinned: contact.isPinned, identity, minVersion: minTlsVersion },
    ...(proof.by === 'api-key' ? { apiKey: () => proof.apiKey } : {}),
  });
  try {
    const announcement = await announceSealingKey(sealingKey, createSigner(identity.privateKeyPem));
    const answer = await contact.ask(client, () => introduce(client, order, announcement));
    return { answer, identity, sealingKey, server: await contact.pinFrom(answer) };
  } finally {
    await client.close();
  }
}

async function introduce(
  client: GatewayClient,
  { type, name, proof }: InstallOrder,
  sealingKey: string,
): Promise<EnrolAnswer> {
  const facts = agentFacts();
  if (proof.by === 'api-key') {
    return { ...(await client.rePin({ type, sealingKey, facts })), apiKey: proof.apiKey };
  }
  const token = proof.by === 'token' ? { id: proof.token.tokenId, secret: proof.token.secret } : null;
  return client.enrol({ type, name: parseWith(agentIdSchema, name, '--name'), token, sealingKey, facts });
}
