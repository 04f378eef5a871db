/**
 * Which key does a server hold that we have never met? Asked by a handshake that is ended before anything is
 * written, so that nothing is told to a stranger (docs/protocol.md, Identity and pins).
 */
import type { Fingerprint } from '@longshore/protocol';
import { ApiUnreachableError } from '@longshore/rest-client';
import { connectPinned, type MinTlsVersion } from '@longshore/tls';
import type { ServerAddress } from './server-address';

export async function presentedFingerprint(
  { host, port, origin }: ServerAddress,
  minVersion: MinTlsVersion,
): Promise<Fingerprint> {
  let presented: Fingerprint | null = null;
  const look = (fingerprint: Fingerprint): boolean => {
    presented = fingerprint;
    return false;
  };
  const socket = await connectPinned({ host, port, minVersion, isPinned: look }).catch((cause: unknown) => {
    if (presented === null) throw new ApiUnreachableError(origin, { cause });
    return null;
  });
  socket?.destroy();
  if (presented === null) throw new ApiUnreachableError(origin);
  return presented;
}
