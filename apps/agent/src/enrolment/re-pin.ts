/**
 * An agent whose pin was forgotten comes back from its own home: with its API key, and with a new key where the old one
 * is not to be trusted any more (docs/security.md, Access). Its journal and its attempts stay.
 */
import type { AgentHome } from '@longshore/agent-runtime';
import { type Identity, announceSealingKey, createIdentity, createSigner } from '@longshore/pinning';
import type { Fingerprint, RePinAnswer } from '@longshore/protocol';
import { GatewayChoice, GatewayClient, GatewayRefusedError } from '@longshore/web-wire';
import { agentFacts } from '../agent-facts';
import { AgentSecrets } from '../trust/agent-secrets';
import {
  adoptNextIdentity,
  dropNextIdentity,
  mendIdentity,
  readNextIdentity,
  writeNextIdentity,
} from '../trust/identity-files';
import { KeptConfiguration } from '../trust/kept-configuration';
import { FirstContact } from './first-contact';
import { certifyAgent } from '../trust/certify-agent';

export interface RePinned {
  readonly answer: RePinAnswer;
  readonly fingerprint: Fingerprint;
}

/** The monitor must not run: it holds key and configuration as well. */
export async function rePin(home: AgentHome, wish: { readonly newKey: boolean }): Promise<RePinned> {
  const configuration = new KeptConfiguration(home.configuration);
  const { id } = configuration.current;
  mendIdentity(home, certifyAgent(id));
  const secrets = new AgentSecrets(home, certifyAgent(id));
  const identity = wish.newKey ? nextIdentity(home, id, secrets) : secrets.identity;
  const { answer, server } = await ask(configuration, secrets, identity).catch((cause: unknown) => {
    if (wish.newKey && cause instanceof GatewayRefusedError && ofTheKey.has(cause.reason)) dropNextIdentity(home);
    throw cause;
  });
  if (wish.newKey) adoptNextIdentity(home);
  const { gateways, jms } = answer;
  configuration.change({ server, jms, ...(gateways.length === 0 ? {} : { gateways }) });
  return { answer, fingerprint: identity.fingerprint };
}

/** This very key will never be taken. */
const ofTheKey: ReadonlySet<string> = new Set(['PIN_FORGOTTEN_KEY', 'KEY_TAKEN', 'KEY_REJECTED']);

/**
 * Kept before it is shown: if the answer is lost, the next start asks whether it was pinned. For the same reason one that
 * waits already is taken again and not replaced.
 */
function nextIdentity(home: AgentHome, id: string, { identity: current }: AgentSecrets): Identity {
  const waiting = readNextIdentity(home, certifyAgent(id));
  if (waiting !== null && waiting.fingerprint !== current.fingerprint) return waiting;
  const identity = createIdentity({ kind: 'agent', id });
  writeNextIdentity(home, identity);
  return identity;
}

async function ask(configuration: KeptConfiguration, { sealingKeys, apiKey }: AgentSecrets, identity: Identity) {
  const { type, gateways, server, minTlsVersion } = configuration.current;
  const [sealingKey] = sealingKeys;
  if (sealingKey === undefined) throw new Error('the home holds no sealing key');
  const contact = new FirstContact({ fingerprint: server.current, next: server.next });
  const client = new GatewayClient({
    gateways: new GatewayChoice(gateways),
    connection: { isPinned: contact.isPinned, identity, minVersion: minTlsVersion },
    apiKey: () => apiKey,
  });
  try {
    const announcement = await announceSealingKey(sealingKey, createSigner(identity.privateKeyPem));
    const request = { type, sealingKey: announcement, facts: agentFacts() };
    const answer = await contact.ask(client, () => client.rePin(request));
    return { answer, server: await contact.pinFrom(answer) };
  } finally {
    await client.close();
  }
}
