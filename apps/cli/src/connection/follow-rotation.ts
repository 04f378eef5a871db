/**
 * Has the key of a known server moved to the one that it shows now? Only its rotation chain can say so: it is fetched
 * from a gateway, walked from the pinned key and the remembered commitment on, and believed only where it ends at the
 * presented key. Everything else leaves the pin as it is (docs/protocol.md, Identity and pins).
 */
import { isSameFingerprint, verifyChain, type ChainStatement } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import { fetchChain, type MinTlsVersion, type PinMismatchError } from '@longshore/tls';
import { ServerKeyUnprovenError } from '../cli-errors';
import type { Rotation } from './cli-config';

export interface KnownServer {
  readonly server: string;
  readonly fingerprint: Fingerprint;
  /** Without the commitment a thief of the pinned key could have made a chain of his own. */
  readonly rotation: Rotation | null;
  readonly tlsMin: MinTlsVersion;
}

/** The newest statement of the chain; throws ServerKeyUnprovenError. */
export async function followRotation(known: KnownServer, mismatch: PinMismatchError): Promise<ChainStatement> {
  const { server, rotation } = known;
  const refuse = (why: string): ServerKeyUnprovenError =>
    new ServerKeyUnprovenError(server, mismatch.message, { why, cause: mismatch });
  if (mismatch.presented === null || rotation === null) throw refuse('nothing is known that could prove a rotation');
  const problems: string[] = [];
  for (const gateway of rotation.gateways) {
    const found = await statementOf(gateway, { ...known, rotation });
    if (typeof found === 'string') problems.push(found);
    else if (isSameFingerprint(found.current, mismatch.presented)) return found;
    else problems.push(`the chain of ${gateway} ends at ${found.current}`);
  }
  throw refuse(problems.length === 0 ? 'no gateway is known that could prove a rotation' : problems.join('; '));
}

/** A sentence where there is none. */
async function statementOf(
  gateway: string,
  { fingerprint, rotation, tlsMin }: KnownServer & { readonly rotation: Rotation },
): Promise<ChainStatement | string> {
  const links = await linksOf(gateway, tlsMin);
  if (typeof links === 'string') return links;
  const verdict = await verifyChain({ fingerprint, nextCommitment: rotation.nextCommitment }, links);
  return verdict.verdict === 'verified'
    ? verdict.statement
    : `the chain of ${gateway} proves no rotation (${verdict.reason})`;
}

async function linksOf(gateway: string, minVersion: MinTlsVersion): Promise<readonly string[] | string> {
  try {
    return await fetchChain(gateway, { minVersion });
  } catch (error) {
    return `${gateway} hands out no chain (${error instanceof Error && 'code' in error ? error.message : 'unreadable'})`;
  }
}
