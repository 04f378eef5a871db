/** What does this agent hold of its server, and as whom does it come? Fingerprints and ids only, never a secret. */
import { readFileSync } from 'node:fs';
import type { AgentConfigurationFile, AgentHome } from '@longshore/agent-runtime';
import { parseApiKey } from '@longshore/pinning';
import { type Fingerprint, LongshoreError } from '@longshore/protocol';
import { readIdentity, readNextIdentity } from '../trust/identity-files';
import { certifyAgent } from '../trust/certify-agent';

export interface DescribedTrust {
  readonly serverKey: Fingerprint;
  readonly nextServerKey: Fingerprint | null;
  readonly ownKey: Fingerprint | null;
  /** Made, and not known to be pinned yet. */
  readonly nextOwnKey: Fingerprint | null;
  readonly apiKeyId: string | null;
  readonly minTlsVersion: string;
  /** How the agent logs in to the broker; null: a web agent. */
  readonly brokerLogin: 'api-key' | 'certificate' | null;
}

export function describeTrust(home: AgentHome, configuration: AgentConfigurationFile): DescribedTrust {
  const { id, server, jms, minTlsVersion } = configuration;
  return {
    serverKey: server.current,
    nextServerKey: server.next,
    ownKey: unlessUnreadable(() => readIdentity(home, certifyAgent(id)).fingerprint),
    nextOwnKey: unlessUnreadable(() => readNextIdentity(home, certifyAgent(id))?.fingerprint ?? null),
    apiKeyId: unlessUnreadable(() => parseApiKey(readFileSync(home.apiKey, 'utf8').trim()).id),
    minTlsVersion,
    brokerLogin: jms === null ? null : jms.clientCertificate === null ? 'api-key' : 'certificate',
  };
}

export function trustLines(trust: DescribedTrust, pinProblem: string | null): string[] {
  const { serverKey, ownKey, apiKeyId, minTlsVersion, brokerLogin } = trust;
  const login =
    brokerLogin === null ? '' : `, broker login by ${brokerLogin === 'api-key' ? 'API key' : 'certificate'}`;
  return [
    `  server key: ${ownWords(serverKey)}`,
    `  own key:    ${ownWords(ownKey)}`,
    `  API key ${apiKeyId ?? 'unreadable'}; ${minTlsVersion} or later${login}`,
    ...(pinProblem === null ? [] : [`  last refused key: ${pinProblem}`]),
  ];
}

/** Beginning and end, which an eye can hold, and the whole. */
function ownWords(fingerprint: Fingerprint | null): string {
  if (fingerprint === null) return 'unreadable';
  const digest = fingerprint.slice('sha256/'.length);
  return `${digest.slice(0, 8)}…${digest.slice(-5)}  ${fingerprint}`;
}

/** A status is shown as far as it goes. */
function unlessUnreadable<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof LongshoreError || (cause instanceof Error && 'code' in cause)) return null;
    throw cause;
  }
}
