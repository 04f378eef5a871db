/** The launcher as an operator: signs in as the administrator and keeps an API token for itself and for automation. */
import type { Fingerprint } from '@longshore/protocol';
import { ApiRefusedError, type Fetch, type LongshoreClient, createLongshoreClient } from '@longshore/rest-client';
import { createPinnedDispatcher } from '@longshore/tls';
import { fetch } from 'undici';
import { type InstallationSecrets, saveSecrets } from './installation-secrets';

export interface Operator {
  readonly client: LongshoreClient;
  readonly token: string;
  close(): Promise<void>;
}

export interface OperatorPlan {
  readonly apiUrl: string;
  readonly fingerprint: Fingerprint;
  readonly dataFolder: string;
  readonly secrets: InstallationSecrets;
}

export async function openOperator({ apiUrl, fingerprint, dataFolder, secrets }: OperatorPlan): Promise<Operator> {
  const dispatcher = createPinnedDispatcher({ isPinned: (presented) => presented === fingerprint });
  const pinnedFetch: Fetch = (url, init) => fetch(url, { ...init, dispatcher });
  const clientWith = (token: string | null) => createLongshoreClient({ server: apiUrl, token, fetch: pinnedFetch });
  const token = (await livingToken(clientWith, secrets)) ?? (await makeToken(clientWith, secrets));
  saveSecrets(dataFolder, { ...secrets, apiToken: token });
  return { client: clientWith(token), token, close: () => dispatcher.destroy() };
}

type ClientWith = (token: string | null) => LongshoreClient;

/** The token of an earlier start, unless somebody revoked it or the database is a new one. */
async function livingToken(clientWith: ClientWith, { apiToken }: InstallationSecrets): Promise<string | null> {
  if (apiToken === null) return null;
  try {
    await clientWith(apiToken).me();
    return apiToken;
  } catch (error) {
    if (error instanceof ApiRefusedError) return null;
    throw error;
  }
}

async function makeToken(clientWith: ClientWith, { adminUser, adminPassword }: InstallationSecrets): Promise<string> {
  const session = await clientWith(null).signIn({ user: adminUser, password: adminPassword });
  const signedIn = clientWith(session.token);
  const { token } = await signedIn.createApiToken({ name: 'npm start' });
  await signedIn.signOut();
  return token;
}
