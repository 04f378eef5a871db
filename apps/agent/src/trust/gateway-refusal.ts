/**
 * What did the gateway mean by that? Asked by code and not by class, so that an agent which speaks to brokers only need
 * not load the web wire to ask.
 */
import { LongshoreError } from '@longshore/protocol';
import type { GatewayRefusedError } from '@longshore/web-wire';

export function isGatewayRefusal(cause: unknown): cause is GatewayRefusedError {
  return cause instanceof LongshoreError && cause.code === 'GATEWAY_REFUSED';
}

/** Nobody is known by the key that we showed; the API key that came with it may tell the server more. */
export function isOfUnknownKey({ reason }: GatewayRefusedError): boolean {
  return ofUnknownKey.has(reason);
}

const ofUnknownKey: ReadonlySet<string> = new Set(['AGENT_UNKNOWN', 'PIN_FORGOTTEN', 'PIN_REFUSED']);

export function isWrongGatewayKey(cause: unknown): boolean {
  return cause instanceof LongshoreError && cause.code === 'GATEWAY_PIN_REFUSED';
}

export function isBrokerRefusal(cause: unknown): boolean {
  return cause instanceof LongshoreError && cause.code === 'BROKER_ACCESS_REFUSED';
}

const ofTheLine = new Set(['PEER_UNREACHABLE', 'CONNECT_TIMEOUT', 'PIN_MISMATCH']);

/** Nobody answered, or the wrong one: under whatever a client library wrapped it in, no credential was looked at. */
export function isOfTheLine(problem: unknown): boolean {
  let cause = problem;
  // Socket.IO hides the cause two levels deep.
  for (let depth = 0; depth < 5 && typeof cause === 'object' && cause !== null; depth += 1) {
    if (cause instanceof LongshoreError && ofTheLine.has(cause.code)) return true;
    const { cause: inner, description, error } = cause as Record<'cause' | 'description' | 'error', unknown>;
    cause = inner ?? description ?? error;
  }
  return false;
}

/** For status and log: the code that the documentation lists, and what it asks of whom. */
export function sentenceOf({ reason, message }: GatewayRefusedError): string {
  const hint = hints[reason];
  const said = message.replace(/^the gateway refused: /, '');
  return hint === undefined ? `${reason}: ${said}` : `${reason}: ${said}; ${hint}`;
}

const hints: Readonly<Record<string, string>> = {
  API_KEY_REFUSED: 'put the new one in place with "longshore-agent set-api-key"',
  PIN_NOT_FORGOTTEN: "the server holds another key for this agent; forget it there, in the agent's security settings",
  PIN_FORGOTTEN_KEY: 'take a new one with "longshore-agent re-pin --new-key"',
  FORGET_EXPIRED: 'the time for coming back is over; forget the pin once more',
  KEY_TAKEN: 'take a new key with "longshore-agent re-pin --new-key"',
  KEY_REJECTED: 'take a new key with "longshore-agent re-pin --new-key"',
};
