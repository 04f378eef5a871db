/** A client of one server whose every connection is checked against the pinned key; closed after the command. */
import { fetch as undiciFetch } from 'undici';
import type { Fingerprint } from '@longshore/protocol';
import { createLongshoreClient, type Fetch, type LongshoreClient } from '@longshore/rest-client';
import { createPinnedDispatcher } from '@longshore/tls';

export interface ServerLinkOptions {
  readonly server: string;
  readonly fingerprint: Fingerprint;
  readonly token: string | null;
}

export interface ServerLink {
  readonly client: LongshoreClient;
  close(): Promise<void>;
}

export function openServerLink({ server, fingerprint, token }: ServerLinkOptions): ServerLink {
  const dispatcher = createPinnedDispatcher({ isPinned: [fingerprint] });
  const fetch: Fetch = (url, init) => undiciFetch(url, { ...init, dispatcher });
  return { client: createLongshoreClient({ fetch, server, token }), close: () => dispatcher.destroy() };
}
