/**
 * What will a rotation of the server's key be proven by? Asked at the login, of the key that is pinned
 * (docs/protocol.md, Identity and pins).
 */
import { parseFingerprint } from '@longshore/pinning';
import { ApiRefusedError, type LongshoreClient } from '@longshore/rest-client';
import type { Rotation } from './cli-config';
import { openServerLink, type ServerLinkOptions } from './server-link';

/** Null where the server refuses to say: a login is a login without it, too, and the pin then moves by hand alone. */
export async function learnRotation(options: ServerLinkOptions): Promise<Rotation | null> {
  const link = openServerLink(options);
  try {
    return await rotationOf(link.client);
  } catch (error) {
    if (error instanceof ApiRefusedError) return null;
    throw error;
  } finally {
    await link.close();
  }
}

async function rotationOf(client: LongshoreClient): Promise<Rotation> {
  const [{ gateways }, { nextCommitment }] = await Promise.all([client.server(), client.serverKeys()]);
  return { gateways, nextCommitment: parseFingerprint(nextCommitment) };
}
