/** The store of answers. A 401 on any call means that the session is over: it empties `me`, which shows sign-in. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { LongshoreError } from '@longshore/protocol';
import { ApiRefusedError } from '@longshore/rest-client';
import { noteSignedIn } from './queries';

const retries = 2;

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEndOfSession }),
  mutationCache: new MutationCache({ onError: noticeEndOfSession }),
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < retries && error instanceof LongshoreError && error.severity === 'retry',
      networkMode: 'always',
      staleTime: 2000,
    },
    mutations: { networkMode: 'always' },
  },
});

function noticeEndOfSession(error: Error): void {
  if (error instanceof ApiRefusedError && error.status === 401) noteSignedIn(queryClient, null);
}
