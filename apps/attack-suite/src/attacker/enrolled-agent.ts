/** An agent whose keys the attacker holds: enrolled by token, or waiting for approval. */
import { createIdentity, type Identity } from '@longshore/pinning';
import { type AgentType, type EnrolAnswer, gatewayPaths } from '@longshore/protocol';
import { anEnrolment } from '../../../server/src/testing/an-enrolment';
import { apiPaths } from '@longshore/rest-contract';
import { asOperator, type SiteFacts } from '../site/site';
import { type Answered, ask } from './ask';

export interface EnrolledAgent {
  readonly id: EnrolAnswer['agentId'];
  readonly type: AgentType;
  readonly identity: Identity;
  readonly apiKey: string;
  readonly answer: EnrolAnswer;
  /** As a request of its own carries it. */
  readonly headers: { readonly authorization: string };
}

export interface Wish {
  readonly name: string;
  readonly type?: AgentType;
  readonly identity?: Identity;
  /** Null: trust on first use; absent: a token made for it. */
  readonly token?: string | null;
}

export async function tryToEnrol(site: SiteFacts, wish: Wish): Promise<{ identity: Identity; answered: Answered }> {
  const { name, type = 'web' } = wish;
  const identity = wish.identity ?? createIdentity({ kind: 'agent', id: name });
  const token = wish.token === undefined ? await anInstallToken(site) : wish.token;
  const body = await anEnrolment(identity, { name, type, ...(token === null ? {} : { token }) });
  return { identity, answered: await ask(site.gatewayPort, gatewayPaths.enrol, { method: 'POST', body, identity }) };
}

export async function enrol(site: SiteFacts, wish: Wish): Promise<EnrolledAgent> {
  const { identity, answered } = await tryToEnrol(site, wish);
  if (answered.status !== 200) throw new Error(`not enrolled: ${answered.status} ${answered.text}`);
  const answer = JSON.parse(answered.text) as EnrolAnswer;
  const { agentId: id, apiKey } = answer;
  return {
    ...{ id, apiKey, answer, identity, type: wish.type ?? 'web' },
    headers: { authorization: `Bearer ${apiKey}` },
  };
}

export async function anInstallToken(site: SiteFacts, wish: object = {}): Promise<string> {
  const { text } = await asOperator(site, apiPaths.installTokens, { method: 'POST', body: wish });
  return (JSON.parse(text) as { token: string }).token;
}
