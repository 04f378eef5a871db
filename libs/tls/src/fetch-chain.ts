/**
 * Where does a client whose pin no longer fits find out why? It reads the rotation chain from the gateway, presenting
 * nothing and writing nothing; the chain is believed only as far as it can be verified from the pin (docs/protocol.md,
 * Identity and pins).
 */
import { chainDocumentSchema, chainProtocol, parseWith, timeouts } from '@longshore/protocol';
import { readUnpinned } from './read-unpinned';
import { UnpinnedAnswerError } from './tls-errors';
import type { MinTlsVersion } from './tls-floor';

/** Ten thousand rotations fit. */
const longestChainBytes = 16 * 1024 * 1024;

export interface ChainSource {
  readonly minVersion?: MinTlsVersion;
  readonly signal?: AbortSignal;
}

/** `gateway` is `https://host:port`. Links are texts, oldest first; not one of them is verified. */
export async function fetchChain(gateway: string, reading: ChainSource = {}): Promise<readonly string[]> {
  const { hostname, port, host } = new URL(gateway);
  const bytes = await readUnpinned({
    ...reading,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 443 : Number(port),
    alpn: chainProtocol,
    maxBytes: longestChainBytes,
    timeoutMs: timeouts.connectMs,
  });
  return parseWith(chainDocumentSchema, parseJson(bytes, host), 'chain').links;
}

function parseJson(bytes: Buffer, peer: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new UnpinnedAnswerError(peer, 'its chain is not readable');
  }
}
