/** The one client of the console. It calls the server that it was loaded from; the session cookie speaks for it. */
import { createLongshoreClient } from '@longshore/rest-client';

export const client = createLongshoreClient({ fetch: (url, init) => fetch(url, init), server: '', token: null });
