/**
 * A client of one server whose every connection is checked against the pinned key; closed after the command.
 *
 * Where the server shows another key, nothing has been written to it: the pin may be moved by whoever can prove the
 * rotation, and the same request is asked again, once (docs/protocol.md, Identity and pins).
 */
import { fetch as undiciFetch } from 'undici';
import { decidePin } from '@longshore/pinning';
import type { Fingerprint } from '@longshore/protocol';
import { createLongshoreClient, type Fetch, type LongshoreClient } from '@longshore/rest-client';
import { createPinnedDispatcher, PinMismatchError, type MinTlsVersion } from '@longshore/tls';

/** Answers with the key to pin from now on, or throws why the pin stays. */
export type FollowKey = (mismatch: PinMismatchError) => Promise<Fingerprint>;

export interface ServerLinkOptions {
  readonly server: string;
  readonly fingerprint: Fingerprint;
  readonly token: string | null;
  readonly tlsMin: MinTlsVersion;
  readonly follow: FollowKey;
}

export interface ServerLink {
  readonly client: LongshoreClient;
  /** The key that is pinned now. */
  fingerprint(): Fingerprint;
  close(): Promise<void>;
}

export function openServerLink({ server, fingerprint, token, tlsMin, follow }: ServerLinkOptions): ServerLink {
  let pin = fingerprint;
  let moving: Promise<void> | null = null;
  const dispatcher = createPinnedDispatcher({
    isPinned: (presented) => decidePin({ pins: [pin], presented, firstContact: false }),
    minVersion: tlsMin,
  });
  const move = async (mismatch: PinMismatchError): Promise<void> => {
    pin = await follow(mismatch);
  };
  const fetch: Fetch = async (url, init) => {
    try {
      return await undiciFetch(url, { ...init, dispatcher });
    } catch (error) {
      const mismatch = mismatchIn(error);
      if (mismatch === null) throw error;
      // Requests that are under way together meet the new key together.
      if (mismatch.presented !== pin) await (moving ??= move(mismatch).finally(() => (moving = null)));
      return undiciFetch(url, { ...init, dispatcher });
    }
  };
  return {
    client: createLongshoreClient({ fetch, server, token }),
    fingerprint: () => pin,
    close: () => dispatcher.destroy(),
  };
}

/** `fetch` wraps what really happened in a TypeError. */
function mismatchIn(error: unknown): PinMismatchError | null {
  if (error instanceof PinMismatchError) return error;
  return error instanceof Error && error.cause !== undefined ? mismatchIn(error.cause) : null;
}
