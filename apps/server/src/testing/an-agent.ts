/** An enrolled agent for specs, as far as HTTPS goes: its key, its API key, and how it asks. */
import { type Identity } from '@longshore/pinning';
import { type EnrolAnswer, enrolAnswerSchema, gatewayPaths } from '@longshore/protocol';
import { type Answered, type Asking, type AServer, parse } from './a-server';
import { anAgentKey, anEnrolment, type EnrolmentWish } from './an-enrolment';

export interface AnAgent {
  readonly answer: EnrolAnswer;
  readonly identity: Identity;
  readonly apiKey: string;
  /** With its key and its API key, each time on a new connection. */
  ask(path: string, asking?: Asking): Promise<Answered>;
}

export interface AgentWish extends EnrolmentWish {
  /** False: on first use, so that it waits for approval. */
  readonly withToken?: boolean;
}

export async function aToken(server: AServer, wish: object = {}): Promise<string> {
  const { text } = await server.asAdmin('/api/v1/install-tokens', { method: 'POST', body: wish });
  return parse<{ token: string }>(text).token;
}

export async function anAgent(
  server: AServer,
  { withToken = true, ...wish }: AgentWish = {},
  identity = anAgentKey(),
): Promise<AnAgent> {
  const token = withToken ? { token: wish.token ?? (await aToken(server)) } : {};
  const body = await anEnrolment(identity, { ...wish, ...token });
  const { text } = await server.ask('agents', gatewayPaths.enrol, { method: 'POST', body, identity });
  const answer = enrolAnswerSchema.parse(JSON.parse(text));
  const { apiKey } = answer;
  return {
    answer,
    identity,
    apiKey,
    ask: (path, asking = {}) => server.ask('agents', path, { identity, apiKey, ...asking }),
  };
}
