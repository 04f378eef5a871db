/**
 * What an agent says itself: signed by its own key, right in every field, published as its own user. Whoever has
 * overheard it may say it again.
 */
import { randomUUID } from 'node:crypto';
import {
  announceSealingKey,
  brokerPasswordOf,
  createSealingKey,
  createSigner,
  parseApiKey,
  signMessage,
} from '@longshore/pinning';
import type { AgentStatus, Message } from '@longshore/protocol';
import { aHello, anAcceptedStep } from '../../../../libs/delivery/src/testing/messages';
import type { Login, Publication } from './broker-session';
import type { EnrolledAgent } from './enrolled-agent';

const status: AgentStatus = {
  ...{ maxParallel: 4, running: 0, waiting: 0, worker: 'running', diskFreeBytes: null },
  ...{ httpRoundTripAgeMs: 0, uptimeMs: 0, refusesWork: null },
};

export const queueOf = (id: string): string => `jms.agent.${id}`;

export const loginOf = ({ answer, apiKey }: EnrolledAgent): Login => ({
  user: answer.jms?.user ?? '',
  password: brokerPasswordOf(parseApiKey(apiKey).secret),
});

export async function aHelloOf({ id: agentId, answer, identity }: EnrolledAgent): Promise<Message<'hello'>> {
  const hello = aHello({ agentId, serverId: answer.serverId });
  const signer = createSigner(identity.privateKeyPem);
  const sealingKey = await announceSealingKey(await createSealingKey(), signer);
  return { ...hello, epoch: 0, serverIncarnation: null, body: { ...hello.body, sealingKey } };
}

const endsOf = ({ id: agentId, answer: { serverId } }: EnrolledAgent) => ({ agentId, serverId });

export async function signedHello(
  agent: EnrolledAgent,
  body: Partial<Message<'hello'>['body']> = {},
): Promise<Publication> {
  const hello = await aHelloOf(agent);
  return signed(agent, 'control', { ...hello, body: { ...hello.body, ...body } });
}

export const signedStatus = (agent: EnrolledAgent, count: number): Promise<Publication> =>
  signed(agent, 'report', {
    ...aHello(endsOf(agent), count),
    ...{ serverIncarnation: null, type: 'agent.status', body: status },
  });

/** An event that leaves a trace each time that it has an effect: the address stands in the audit log. */
export const signedEvent = (agent: EnrolledAgent, seq: number): Promise<Publication> =>
  signed(agent, 'event', {
    ...anAcceptedStep(endsOf(agent), seq),
    ...{ serverIncarnation: null, type: 'pin.refused' },
    body: { leg: 'amqp', address: `${seq}`, expected: [], presented: null },
  });

async function signed(agent: EnrolledAgent, kind: string, message: object): Promise<Publication> {
  const { identity, answer } = agent;
  const jws = await signMessage({ text: JSON.stringify(message), signer: createSigner(identity.privateKeyPem) });
  return {
    ...{ exchange: 'jms.in', key: `from.${agent.id}.${kind}`, body: Buffer.from(jws, 'latin1') },
    options: { userId: answer.jms?.user ?? '', messageId: randomUUID() },
  };
}

/** What is said in a signed message. */
export const textIn = (jws: Buffer): string =>
  Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url').toString();
